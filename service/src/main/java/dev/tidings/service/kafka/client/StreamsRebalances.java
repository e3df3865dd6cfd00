package dev.tidings.service.kafka.client;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;

/**
 * Counts how often the partitions of a Kafka Streams application were assigned: those that move are
 * not served meanwhile. Thread-safe.
 */
public final class StreamsRebalances implements KafkaStreams.StateListener {
  private final Counter rebalances;

  /** Counts those of all applications that report to it, one after the other. */
  public StreamsRebalances(MeterRegistry metrics) {
    this.rebalances =
        Counter.builder("tidings.kafka.rebalances")
            .description("How often partitions were assigned to the processes of the group.")
            .register(metrics);
  }

  @Override
  public void onChange(State now, State before) {
    if (now == State.REBALANCING) {
      rebalances.increment();
    }
  }
}
