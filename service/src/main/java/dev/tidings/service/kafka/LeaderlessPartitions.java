package dev.tidings.service.kafka;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Which partitions of a topic have no leader, as the brokers have told a consumer last: a question
 * about such a partition is not answered, and Kafka's client does not say which one it was.
 */
public final class LeaderlessPartitions {
  private static final int MOST_NAMED = 8;

  private LeaderlessPartitions() {}

  /** Returns those of the topic, in order. */
  public static List<TopicPartition> of(Consumer<?, ?> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .filter(partition -> partition.leader() == null)
        .map(LeaderlessPartitions::place)
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .toList();
  }

  private static TopicPartition place(PartitionInfo partition) {
    return new TopicPartition(partition.topic(), partition.partition());
  }

  /** A failure that names partitions without a leader. */
  public static final class Failure extends KafkaException {
    private static final long serialVersionUID = 1L;

    Failure(Collection<TopicPartition> partitions, Throwable cause) {
      super(told(partitions), cause);
    }
  }

  /**
   * Returns why a question about the topic was not answered: a {@link Failure} if partitions have
   * no leader, otherwise the given one.
   */
  public static KafkaException why(
      Consumer<?, ?> consumer, String topic, TimeoutException unanswered) {
    List<TopicPartition> all = of(consumer, topic);
    return all.isEmpty() ? unanswered : new Failure(all, unanswered);
  }

  /** Returns the names of partitions, of the first eight if there are more. */
  public static String names(Collection<TopicPartition> partitions) {
    return partitions.stream()
        .limit(MOST_NAMED)
        .map(TopicPartition::toString)
        .collect(Collectors.joining(", ", "", partitions.size() > MOST_NAMED ? ", ..." : ""));
  }

  /** Returns a description of partitions that have no leader, each by its name. */
  public static String told(Collection<TopicPartition> partitions) {
    return names(partitions) + (partitions.size() == 1 ? " has no leader" : " have no leader");
  }
}
