package dev.tidings.service.kafka;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/** How far Kafka Streams has come with restoring tables, for those who wait for it. Thread-safe. */
public final class RestoreProgress implements StateRestoreListener {
  private final Map<TopicPartition, Part> parts = new ConcurrentHashMap<>();
  private final AtomicLong restored = new AtomicLong();

  /** Of one table's partition: how many records are to be restored, and were. */
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

  /** Grows with all that is restored. */
  public long restored() {
    return restored.get();
  }

  /** What is under way; empty if nothing is. Offsets are counted: compaction has left fewer. */
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
