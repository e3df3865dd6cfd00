package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that have not begun, by the time at which they are to be looked at. Only their
 * keys are in memory. Confined to the task's thread.
 */
final class Backlog {
  /** The most of one partition. */
  static final int MOST = 10_000;

  private final Map<BroadcastKey, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> order =
      new TreeSet<>(Comparator.comparingLong(Entry::at).thenComparingLong(Entry::number));
  private long numbers;

  private record Entry(BroadcastKey key, long at, long number) {}

  boolean isFull() {
    return entries.size() >= MOST;
  }

  boolean has(BroadcastKey key) {
    return entries.containsKey(key);
  }

  /** Adds one, or gives it another time. */
  void add(BroadcastKey key, long at) {
    remove(key);
    Entry entry = new Entry(key, at, numbers++);
    entries.put(key, entry);
    order.add(entry);
  }

  void remove(BroadcastKey key) {
    @Nullable Entry entry = entries.remove(key);
    if (entry != null) {
      order.remove(entry);
    }
  }

  /** Removes and returns the next one whose time has come; null if there is none. */
  @Nullable BroadcastKey next(long now) {
    if (!isDue(now)) {
      return null;
    }
    BroadcastKey key = order.first().key();
    remove(key);
    return key;
  }

  boolean isDue(long now) {
    return !order.isEmpty() && order.first().at() <= now;
  }
}
