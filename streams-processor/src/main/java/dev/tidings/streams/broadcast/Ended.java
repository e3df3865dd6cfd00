package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The broadcasts that have ended, of which it can be read for a while how. If there are too many,
 * those of the app that has most of them leave, so that no app shortens the time of others.
 * Confined to the task's thread.
 */
final class Ended {
  static final int MOST = 10_000;
  private static final Duration KEPT = Duration.ofDays(7);
  private static final int FORGOTTEN_AT_ONCE = 100;

  private final Map<String, Queue<Entry>> entries = new HashMap<>();
  private final Set<BroadcastKey> keys = new HashSet<>();

  private record Entry(BroadcastKey key, long at) {}

  void add(BroadcastKey key, String app, long at) {
    if (keys.add(key)) {
      entries
          .computeIfAbsent(app, _ -> new PriorityQueue<>(Comparator.comparingLong(Entry::at)))
          .add(new Entry(key, at));
    }
  }

  /** Calls with those that are to be forgotten now, some at a time. */
  void forget(long now, Consumer<BroadcastKey> forgotten) {
    int left = FORGOTTEN_AT_ONCE;
    for (Queue<Entry> ofApp : entries.values()) {
      while (left > 0 && !ofApp.isEmpty() && now - ofApp.element().at() >= KEPT.toMillis()) {
        forget(ofApp.remove(), forgotten);
        left--;
      }
    }
    if (keys.size() > MOST) {
      Queue<Entry> largest =
          entries.values().stream().max(Comparator.comparingInt(Queue::size)).orElseThrow();
      while (left > 0 && keys.size() > MOST && !largest.isEmpty()) {
        forget(largest.remove(), forgotten);
        left--;
      }
    }
    entries.values().removeIf(Queue::isEmpty);
  }

  private void forget(Entry entry, Consumer<BroadcastKey> forgotten) {
    keys.remove(entry.key());
    forgotten.accept(entry.key());
  }
}
