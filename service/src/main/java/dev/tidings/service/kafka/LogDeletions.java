package dev.tidings.service.kafka;

import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.KeptDeletions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the brokers which deletions the log still has, with a client that lives as long. */
public final class LogDeletions implements KeptDeletions {
  /**
   * How long partitions that do not answer are waited for. Where brokers are started together with
   * this process some have their leaders many seconds after the others, and to restore a table from
   * its beginning takes longer than to wait for them.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** As long as this at least, for the last question of several. */
  private static final Duration SHORT = Duration.ofSeconds(2);

  private final KafkaClients clients;

  public LogDeletions(KafkaClients clients) {
    this.clients = clients;
  }

  @Override
  public Map<TopicPartition, Long> firstSince(Set<TopicPartition> partitions, Instant since)
      throws InterruptedException {
    Admin admin = clients.admin("tables").openAdmin();
    try {
      Set<TopicPartition> there = existing(admin, partitions);
      // The ends before the times: what is written in between has the lower offset then.
      long start = System.nanoTime();
      OffsetAnswers ends = ask(admin, there, OffsetSpec.latest(), PATIENCE);
      Duration left = PATIENCE.minusNanos(System.nanoTime() - start);
      OffsetAnswers firsts =
          ask(
              admin,
              there,
              OffsetSpec.forTimestamp(since.toEpochMilli()),
              left.compareTo(SHORT) > 0 ? left : SHORT);
      Map<TopicPartition, Long> found = new HashMap<>();
      for (TopicPartition partition : there) {
        long first = firsts.offsets().getOrDefault(partition, UNKNOWN);
        // Kafka's answer if there is no such record.
        found.put(partition, first < 0 ? ends.offsets().getOrDefault(partition, UNKNOWN) : first);
      }
      return found;
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "the log does not tell which deletions it still has: " + e.getCause(), e.getCause());
    } finally {
      // Questions that have no answer yet are not waited for.
      admin.close(Duration.ZERO);
    }
  }

  private static Set<TopicPartition> existing(Admin admin, Set<TopicPartition> partitions)
      throws InterruptedException, ExecutionException {
    Map<String, KafkaFuture<TopicDescription>> topics =
        admin
            .describeTopics(
                partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()))
            .topicNameValues();
    Map<String, Integer> counts = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : topics.entrySet()) {
      try {
        counts.put(topic.getKey(), topic.getValue().get().partitions().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    Set<TopicPartition> existing = new HashSet<>(partitions);
    existing.removeIf(
        partition -> partition.partition() >= counts.getOrDefault(partition.topic(), 0));
    return existing;
  }

  private static OffsetAnswers ask(
      Admin admin, Set<TopicPartition> partitions, OffsetSpec which, Duration patience)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> asked =
        partitions.stream().collect(Collectors.toMap(partition -> partition, any -> which));
    return OffsetAnswers.of(admin.listOffsets(asked), partitions, patience, true);
  }
}
