package dev.tidings.infra.cli.doctor.kafka;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.cli.doctor.check.Check;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Whether what the services have done outlives a broker: Kafka's own topic of offsets. */
final class OffsetsTopic {
  private static final String WHAT = "offsets";
  private static final String NAME = "__consumer_offsets";

  private OffsetsTopic() {}

  static List<Check> check(Admin admin, Brokers brokers)
      throws ExecutionException, InterruptedException {
    try {
      return List.of(
          check(
              requireNonNull(admin.describeTopics(List.of(NAME)).allTopicNames().get().get(NAME)),
              brokers));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return List.of(Check.sound(WHAT, NAME + " is made when a service first commits"));
      }
      throw e;
    }
  }

  static Check check(TopicDescription topic, Brokers brokers) {
    int replicas =
        topic.partitions().stream()
            .mapToInt(partition -> partition.replicas().size())
            .min()
            .orElse(0);
    long led = topic.partitions().stream().filter(OffsetsTopic::isLed).count();
    if (led < topic.partitions().size()) {
      return Check.failed(
          WHAT,
          "%s: %d of %d partitions have no leader"
              .formatted(NAME, topic.partitions().size() - led, topic.partitions().size()),
          "start the brokers that have them");
    }
    return replicas >= brokers.replicas()
        ? Check.sound(WHAT, "%s: %d replicas".formatted(NAME, replicas))
        : Check.failed(
            WHAT,
            "%s: %d replicas (expected: %d)".formatted(NAME, replicas, brokers.replicas()),
            "kafka-reassign-partitions.sh, with %d replicas; offsets.topic.replication.factor"
                    .formatted(brokers.replicas())
                + " counts only before the topic is there");
  }

  private static boolean isLed(TopicPartitionInfo partition) {
    return partition.leader() != null && !partition.leader().isEmpty();
  }
}
