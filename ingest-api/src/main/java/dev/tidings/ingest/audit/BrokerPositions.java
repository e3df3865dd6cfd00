package dev.tidings.ingest.audit;

import dev.tidings.service.kafka.tables.TopicsOfCommits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers.
 *
 * @param admin owned and closed by the caller
 */
record BrokerPositions(Admin admin) implements LogPositions {
  private static final long ANSWERED_WITHIN_SECONDS = 4;

  @Override
  public Map<Integer, OffsetAndMetadata> committed(String group, String topic)
      throws InterruptedException {
    Map<Integer, OffsetAndMetadata> found = new HashMap<>();
    answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
        .forEach((partition, offset) -> {
          if (partition.topic().equals(topic) && offset != null) {
            found.put(partition.partition(), offset);
          }
        });
    return found;
  }

  @Override
  public Optional<Uuid> committedOf(String group, String topic) throws InterruptedException {
    try {
      return answer(
              admin
                  .listConsumerGroupOffsets(TopicsOfCommits.group(group))
                  .partitionsToOffsetAndMetadata())
          .values()
          .stream()
          .filter(Objects::nonNull)
          .flatMap(commit -> TopicsOfCommits.parse(commit.metadata()).stream())
          .flatMap(known -> Optional.ofNullable(known.ids().get(topic)).stream())
          .findAny();
    } catch (KafkaException e) {
      if (e.getCause() instanceof AuthorizationException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Map<Integer, Long> ends(String topic) throws InterruptedException {
    int partitions = describe(topic).partitions().size();
    Map<Integer, Long> beginnings = offsets(topic, partitions, OffsetSpec.earliest());
    Map<Integer, Long> ends = offsets(topic, partitions, OffsetSpec.latest());
    ends.entrySet().removeIf(end -> end.getValue().equals(beginnings.get(end.getKey())));
    return ends;
  }

  private Map<Integer, Long> offsets(String topic, int partitions, OffsetSpec which)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      asked.put(new TopicPartition(topic, i), which);
    }
    Map<Integer, Long> found = new HashMap<>();
    Map<TopicPartition, ListOffsetsResultInfo> answer = answer(admin.listOffsets(asked).all());
    answer.forEach((partition, offset) -> found.put(partition.partition(), offset.offset()));
    return found;
  }

  @Override
  public Uuid id(String topic) throws InterruptedException {
    return describe(topic).topicId();
  }

  private TopicDescription describe(String topic) throws InterruptedException {
    @Nullable TopicDescription found =
        answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
    if (found == null) {
      throw new KafkaException("there is no topic " + topic);
    }
    return found;
  }

  private static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
    try {
      return future.get(ANSWERED_WITHIN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("no answer for " + ANSWERED_WITHIN_SECONDS + " s", e);
    }
  }
}
