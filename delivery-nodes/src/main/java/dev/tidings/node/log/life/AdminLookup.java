package dev.tidings.node.log.life;

import dev.tidings.service.kafka.AdminTopicIds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.LeaderNotAvailableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Looks partitions up by an admin client.
 *
 * @param admin owned and closed by the caller
 * @param group the group of the commits
 */
public record AdminLookup(Admin admin, String group) implements LogLookup {
  /** Nobody waits for it, but a later answer would say too little about the present. */
  private static final int TIMEOUT_MILLIS = 5_000;

  @Override
  public CompletionStage<Uuid> of(String topic) {
    return new AdminTopicIds(admin).of(topic);
  }

  @Override
  public CompletionStage<Optional<Commit>> committed(TopicPartition partition) {
    return admin
        .listConsumerGroupOffsets(
            Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(partition))),
            new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
        .partitionsToOffsetAndMetadata(group)
        .toCompletionStage()
        .thenApply(commits -> commit(partition, commits));
  }

  /** The client leaves out partitions with an error, and has null for those without a commit. */
  private static Optional<Commit> commit(
      TopicPartition partition, Map<TopicPartition, OffsetAndMetadata> commits) {
    if (!commits.containsKey(partition)) {
      throw new KafkaException("the commit of " + partition + " was not told");
    }
    return Optional.ofNullable(commits.get(partition)).map(Commit::of);
  }

  @Override
  public CompletionStage<LogState> state(TopicPartition partition) {
    return admin
        .describeTopics(
            TopicCollection.ofTopicNames(List.of(partition.topic())),
            new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
        .allTopicNames()
        .toCompletionStage()
        .thenApply(topics -> idOfLed(partition, topics.get(partition.topic())))
        .thenCompose(id ->
            offset(partition, OffsetSpec.earliest())
                .thenCombine(
                    offset(partition, OffsetSpec.latest()),
                    (start, end) -> new LogState(id, start, end, Optional.empty())));
  }

  /** Returns the topic's id. Without a leader nobody can be asked for offsets. */
  private static Uuid idOfLed(TopicPartition partition, @Nullable TopicDescription topic) {
    if (topic == null) {
      throw new UnknownTopicOrPartitionException("no topic " + partition.topic());
    }
    TopicPartitionInfo info =
        topic.partitions().stream()
            .filter(each -> each.partition() == partition.partition())
            .findFirst()
            .orElseThrow(() -> new UnknownTopicOrPartitionException("no partition " + partition));
    if (info.leader() == null || info.leader().isEmpty()) {
      throw new LeaderNotAvailableException(partition + " has no leader");
    }
    return topic.topicId();
  }

  private CompletionStage<Long> offset(TopicPartition partition, OffsetSpec which) {
    return admin
        .listOffsets(Map.of(partition, which), new ListOffsetsOptions().timeoutMs(TIMEOUT_MILLIS))
        .partitionResult(partition)
        .toCompletionStage()
        .thenApply(ListOffsetsResultInfo::offset);
  }
}
