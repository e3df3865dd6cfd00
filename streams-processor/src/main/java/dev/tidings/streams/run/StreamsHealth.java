package dev.tidings.streams.run;

import dev.tidings.service.health.Health;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.ThreadMetadata;

/** The health of the running topology. */
final class StreamsHealth {
  /**
   * The longest time between two polls of a stream thread, in seconds. A commit waits until the log
   * has taken every record, without limit: one partition that takes none stops the whole thread.
   */
  private static final double MAX_SECONDS_BETWEEN_POLLS = 8;

  private StreamsHealth() {}

  /**
   * Returns healthy while the topology runs and all its threads get on; unhealthy during a
   * rebalance.
   */
  static Health check(KafkaStreams streams) {
    KafkaStreams.State state = streams.state();
    if (state != KafkaStreams.State.RUNNING) {
      return Health.unhealthy("Kafka Streams is " + state);
    }
    Set<ThreadMetadata> threads = streams.metadataForLocalThreads();
    if (threads.isEmpty()) {
      return Health.unhealthy("no stream thread is alive");
    }
    Set<String> clients =
        threads.stream().map(ThreadMetadata::consumerClientId).collect(Collectors.toSet());
    double seconds = secondsSincePoll(streams.metrics(), clients);
    return seconds > MAX_SECONDS_BETWEEN_POLLS
        ? Health.unhealthy(
            "a stream thread has not read for "
                + (long) seconds
                + " s: it waits, most likely for what it writes to be taken")
        : Health.healthy();
  }

  /** Returns the time since the last poll of the consumer that has not polled for longest. */
  static double secondsSincePoll(
      Map<MetricName, ? extends Metric> metrics, Set<String> consumerClientIds) {
    return metrics.values().stream()
        .filter(metric -> metric.metricName().name().equals("last-poll-seconds-ago"))
        .filter(metric -> consumerClientIds.contains(metric.metricName().tags().get("client-id")))
        .map(Metric::metricValue)
        .filter(Double.class::isInstance)
        .mapToDouble(Double.class::cast)
        .max()
        .orElse(0);
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
