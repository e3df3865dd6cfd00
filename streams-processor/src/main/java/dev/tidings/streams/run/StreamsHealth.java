package dev.tidings.streams.run;

import dev.tidings.service.health.Health;
import java.util.OptionalDouble;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/** The health of the running topology. */
final class StreamsHealth {
  private StreamsHealth() {}

  /** Returns healthy while the topology runs with a live thread; unhealthy during a rebalance. */
  static Health check(KafkaStreams streams) {
    KafkaStreams.State state = streams.state();
    if (state != KafkaStreams.State.RUNNING) {
      return Health.unhealthy("Kafka Streams is " + state);
    }
    return streams.metadataForLocalThreads().isEmpty()
        ? Health.unhealthy("no stream thread is alive")
        : Health.healthy();
  }

  /** Returns the largest lag of a partition, in records. */
  static double lag(KafkaStreams streams) {
    OptionalDouble max =
        streams.metrics().values().stream()
            .filter(metric -> metric.metricName().name().equals("records-lag-max"))
            .filter(metric -> !metric.metricName().tags().toString().contains("restore"))
            .map(Metric::metricValue)
            .filter(Double.class::isInstance)
            .mapToDouble(Double.class::cast)
            .filter(lag -> !Double.isNaN(lag))
            .max();
    return max.orElse(0);
  }
}
