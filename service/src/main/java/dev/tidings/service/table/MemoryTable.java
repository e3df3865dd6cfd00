package dev.tidings.service.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A small topic, whole, in memory. It is written by the thread of its {@link TableReader}, and read
 * by all.
 */
public final class MemoryTable<K, V> extends InMemoryTable<MemoryTable.Change<K, V>> {
  private final Map<K, V> entries = new ConcurrentHashMap<>();
  private final AtomicLong version = new AtomicLong();

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
  protected void take(List<Change<K, V>> changes, long now) {
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
  }

  @Override
  protected void forgetAll() {
    entries.clear();
    version.incrementAndGet();
  }
}
