package dev.tidings.service.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** Progress of Kafka Streams in restoring tables. Thread-safe. */
public final class RestoreProgress implements StateRestoreListener {
  private final Map<TopicPartition, Part> parts = new ConcurrentHashMap<>();
  private final AtomicLong restored = new AtomicLong();

  /**
   * Progress of one partition of a table: the number of records to restore, and restored so far.
   */
  private record Part(long all, long done) {}

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
    parts.put(partition, new Part(Math.max(0, to - from), 0));
    restored.incrementAndGet();
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long last, long count) {
    parts.computeIfPresent(
        partition, (any, before) -> new Part(before.all(), before.done() + count));
    restored.addAndGet(count);
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long total) {
    parts.remove(partition);
    restored.incrementAndGet();
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long total) {
    parts.remove(partition);
  }

  /** Returns the number of records restored so far; it only grows. */
  public long restored() {
    return restored.get();
  }

  /**
   * Returns a description of the restoration in progress; empty if there is none. It counts
   * offsets, which are more than the records that compaction has left.
   */
  public Optional<String> underWay() {
    long all = 0;
    long done = 0;
    int count = 0;
    for (Part part : parts.values()) {
      all += part.all();
      done += part.done();
      count++;
    }
    return count == 0
        ? Optional.empty()
        : Optional.of(
            "%d of at most %d records restored in %d partitions".formatted(done, all, count));
  }
}
