package dev.tidings.ingest.console.overview;

import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Asks the brokers how far the log has come, and its readers. Blocks for a few seconds at most. */
public final class LogReading {
  private static final long ANSWERED_WITHIN_MILLIS = 2_000;

  private final Admin admin;
  private final TopicNames names;
  private final int partitions;

  /**
   * @param admin owned and closed by the caller
   * @param partitions how many the topics have
   */
  public LogReading(Admin admin, TopicNames names, int partitions) {
    this.admin = admin;
    this.names = names;
    this.partitions = partitions;
  }

  /** Returns what they say; empty if they do not answer. */
  Optional<LogFigures> look() throws InterruptedException {
    String notifications = names.of(LogTopics.NOTIFICATIONS);
    String deliveries = names.of(LogTopics.DELIVERIES);
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    for (int i = 0; i < partitions; i++) {
      asked.put(new TopicPartition(notifications, i), OffsetSpec.latest());
      asked.put(new TopicPartition(deliveries, i), OffsetSpec.latest());
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWERED_WITHIN_MILLIS);
    // Where readers are first: what they are behind by is then never too little.
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> resolved =
        committed(ConsumerGroups.STREAMS_PROCESSOR);
    KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> delivered =
        committed(ConsumerGroups.DELIVERY_NODES);
    KafkaFuture<Map<TopicPartition, ListOffsetsResultInfo>> ends = admin.listOffsets(asked).all();
    try {
      Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>(answer(resolved, end));
      read.putAll(answer(delivered, end));
      Map<TopicPartition, ListOffsetsResultInfo> last = answer(ends, end);
      SortedMap<Integer, LogFigures.Lag> lags = new TreeMap<>();
      long accepted = 0;
      for (int i = 0; i < partitions; i++) {
        TopicPartition in = new TopicPartition(notifications, i);
        accepted += end(last, in);
        lags.put(
            i,
            new LogFigures.Lag(
                lag(last, read, in), lag(last, read, new TopicPartition(deliveries, i))));
      }
      return Optional.of(new LogFigures(accepted, lags));
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }

  private KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> committed(String group) {
    return admin.listConsumerGroupOffsets(names.group(group)).partitionsToOffsetAndMetadata();
  }

  private static <T> T answer(KafkaFuture<T> future, long end)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private static long end(Map<TopicPartition, ListOffsetsResultInfo> ends, TopicPartition at) {
    @Nullable ListOffsetsResultInfo found = ends.get(at);
    return found == null ? 0 : Math.max(0, found.offset());
  }

  /** Null where nothing was committed yet, so that it is not known. */
  private static @Nullable Long lag(
      Map<TopicPartition, ListOffsetsResultInfo> ends,
      Map<TopicPartition, OffsetAndMetadata> read,
      TopicPartition at) {
    @Nullable OffsetAndMetadata place = read.get(at);
    if (place == null) {
      return end(ends, at) == 0 ? 0L : null;
    }
    return Math.max(0, end(ends, at) - place.offset());
  }
}
