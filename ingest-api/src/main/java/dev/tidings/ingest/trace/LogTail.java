package dev.tidings.ingest.trace;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads the part of a topic that a group has not processed yet. Not thread-safe. */
final class LogTail {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Consumer<byte[], byte[]> consumer;
  private final Admin admin;
  private final long maxRecords;
  private final long deadline;
  private long records;
  private boolean complete = true;

  LogTail(Consumer<byte[], byte[]> consumer, Admin admin, SearchLimits limits, long deadlineNanos) {
    this.consumer = consumer;
    this.admin = admin;
    this.maxRecords = limits.records();
    this.deadline = deadlineNanos;
  }

  /** Returns the number of records read so far. */
  long records() {
    return records;
  }

  /** Returns whether everything has been read. */
  boolean isComplete() {
    return complete;
  }

  /**
   * Passes the records from the group's committed offsets to the current end to a predicate.
   *
   * @param enough receives each record; returns true to stop
   */
  void read(String topic, String group, Predicate<ConsumerRecord<byte[], byte[]>> enough) {
    Map<TopicPartition, Long> open = seek(partitions(topic), committed(group));
    while (true) {
      open.entrySet().removeIf(end -> consumer.position(end.getKey(), left()) >= end.getValue());
      if (open.isEmpty()) {
        return;
      }
      if (left().isZero()) {
        complete = false;
        return;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(least(POLL, left()))) {
        records++;
        if (enough.test(record)) {
          return;
        }
      }
    }
  }

  List<TopicPartition> partitions(String topic) {
    return consumer.partitionsFor(topic, left()).stream()
        .map(found -> new TopicPartition(found.topic(), found.partition()))
        .toList();
  }

  /** Seeks to the start of the reading. Returns the end of each partition. */
  private Map<TopicPartition, Long> seek(
      List<TopicPartition> partitions, Map<TopicPartition, OffsetAndMetadata> committed) {
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, left());
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, left()));
    consumer.assign(partitions);
    long each = Math.max(1, maxRecords / partitions.size());
    for (TopicPartition partition : partitions) {
      @Nullable OffsetAndMetadata done = committed.get(partition);
      long begin = begins.getOrDefault(partition, 0L);
      long end = ends.getOrDefault(partition, 0L);
      // What is beyond the end was committed of another topic of this name.
      long read = done == null || done.offset() > end ? begin : done.offset();
      long from = Math.max(begin, read);
      if (end - from > each) {
        from = end - each;
        complete = false;
      }
      consumer.seek(partition, from);
    }
    return ends;
  }

  /** Returns the ends of partitions; one that could not be had in time is missing. */
  Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    return consumer.endOffsets(partitions, left());
  }

  /** Returns the committed offsets of a group. */
  Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get(left().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("the offsets of " + group + " can't be had", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
