package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that have ended, of which it can be read for a while how. Confined to the task's
 * thread.
 */
final class Ended {
  private static final Duration KEPT = Duration.ofDays(7);
  private static final int MOST = 10_000;
  private static final int FORGOTTEN_AT_ONCE = 100;

  private final Queue<Entry> entries = new PriorityQueue<>(Comparator.comparingLong(Entry::at));

  private final Set<BroadcastKey> keys = new HashSet<>();

  private record Entry(BroadcastKey key, long at) {}

  void add(BroadcastKey key, long at) {
    if (keys.add(key)) {
      entries.add(new Entry(key, at));
    }
  }

  /** Calls with those that are to be forgotten now, some at a time. */
  void forget(long now, Consumer<BroadcastKey> forgotten) {
    for (int i = 0; i < FORGOTTEN_AT_ONCE; i++) {
      @Nullable Entry first = entries.peek();
      if (first == null || (entries.size() <= MOST && now - first.at() < KEPT.toMillis())) {
        return;
      }
      entries.remove();
      keys.remove(first.key());
      forgotten.accept(first.key());
    }
  }
}
