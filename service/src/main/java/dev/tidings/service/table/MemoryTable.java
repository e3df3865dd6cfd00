package dev.tidings.service.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A small topic, whole, in memory. It is written by the thread of its {@link TableReader}, and read
 * by all.
 */
public final class MemoryTable<K, V> implements LocalTable<MemoryTable.Change<K, V>> {
  private final Map<K, V> entries = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();

  // Confined to the reader's thread.

  private final Map<Integer, Long> positions = new HashMap<>();
  private Uuid topic = Uuid.ZERO_UUID;
  private long writtenAt = -1;

  /**
   * A record of the topic.
   *
   * @param value null for a tombstone
   */
  public record Change<K, V>(K key, @Nullable V value) {}

  /** Returns the latest value of a key; empty if there is none. */
  public Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Returns all entries as they are now. */
  public Map<K, V> snapshot() {
    return Map.copyOf(entries);
  }

  /** Returns a number that changes after entries have changed. */
  public long version() {
    return version.get();
  }

  @Override
  public long position(int partition) {
    return positions.getOrDefault(partition, -1L);
  }

  @Override
  public long writtenAt() {
    return writtenAt;
  }

  @Override
  public Uuid topic() {
    return topic;
  }

  @Override
  public void apply(List<Change<K, V>> changes, Map<Integer, Long> next, Uuid from, long now) {
    for (Change<K, V> change : changes) {
      V value = change.value();
      if (value == null) {
        entries.remove(change.key());
      } else {
        entries.put(change.key(), value);
      }
    }
    if (!changes.isEmpty()) {
      version.incrementAndGet();
    }
    positions.putAll(next);
    topic = from;
    writtenAt = now;
  }

  @Override
  public void clear() {
    entries.clear();
    version.incrementAndGet();
    positions.clear();
    topic = Uuid.ZERO_UUID;
    writtenAt = -1;
  }
}
