package dev.tidings.streams.run;

import dev.tidings.service.health.Health;
import java.util.OptionalDouble;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.KafkaStreams;

/** How the running topology is. */
final class StreamsHealth {
  private StreamsHealth() {}

  /** Healthy while it runs with a thread alive; not while its partitions are being moved. */
  static Health check(KafkaStreams streams) {
    KafkaStreams.State state = streams.state();
    if (state != KafkaStreams.State.RUNNING) {
      return Health.unhealthy("Kafka Streams is " + state);
    }
    return streams.metadataForLocalThreads().isEmpty()
        ? Health.unhealthy("no stream thread is alive")
        : Health.healthy();
  }

  /** Records not read yet, of the partition that is furthest behind. */
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
