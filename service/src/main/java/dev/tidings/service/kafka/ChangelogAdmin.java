package dev.tidings.service.kafka;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ForwardingAdmin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.KafkaMetric;

/** The admin client of Kafka Streams, which restores the tables whose partitions answer. */
public final class ChangelogAdmin extends ForwardingAdmin {
  private final ChangelogEnds ends;
  private final ChangelogCommits commits = new ChangelogCommits();

  /**
   * @param config as Kafka Streams wants it
   */
  public ChangelogAdmin(Map<String, Object> config, ChangelogEnds ends) {
    super(config);
    this.ends = ends;
  }

  /**
   * The question of the assignor, which compares what the processes have of a table. Without a
   * whole answer it assigns what each had before.
   */
  @Override
  public ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> wanted) {
    return super.listOffsets(wanted, new ListOffsetsOptions());
  }

  /** The question of the thread that restores. */
  @Override
  public ListOffsetsResult listOffsets(
      Map<TopicPartition, OffsetSpec> wanted, ListOffsetsOptions options) {
    return ends.of(wanted, asked -> super.listOffsets(asked, options));
  }

  /** The question of the thread that restores, for how far the group has read. */
  @Override
  public ListConsumerGroupOffsetsResult listConsumerGroupOffsets(
      Map<String, ListConsumerGroupOffsetsSpec> groups, ListConsumerGroupOffsetsOptions options) {
    return commits.of(() -> super.listConsumerGroupOffsets(groups, options), this::missing);
  }

  /**
   * Kafka Streams offers its own meters, for brokers that collect those of clients. The base class
   * throws, which would be logged as an error with each meter at each start.
   */
  @Override
  public void registerMetricForSubscription(KafkaMetric metric) {
    // Not collected by brokers.
  }

  @Override
  public void unregisterMetricFromSubscription(KafkaMetric metric) {
    // Not collected by brokers.
  }

  // Kafka's map has null for a partition without a commit, and is not annotated.
  @SuppressWarnings("NullAway")
  private Set<TopicPartition> missing(ListConsumerGroupOffsetsResult answer) {
    Set<TopicPartition> missing = new HashSet<>();
    try {
      answer
          .all()
          .get()
          .values()
          .forEach(group -> missing.addAll(commits.missing(group, ends::hasRecords)));
    } catch (ExecutionException e) {
      // Whoever asked sees it too, and asks again.
      return Set.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Set.of();
    }
    return missing;
  }
}
