package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that have ended, of which it can be read for a while how. If there are too many,
 * those of the app that has most of them leave, so that no app shortens the time of others. What a
 * channel keeps is passed over, as long as it is kept: that has a bound of its own. Confined to the
 * task's thread.
 */
final class Ended {
  static final int MOST = 10_000;

  /** The most that channels keep beyond those. */
  static final int MOST_KEPT = 200_000;

  private static final Duration TOLD = Duration.ofDays(7);
  private static final int FORGOTTEN_AT_ONCE = 100;
  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::at).thenComparing(entry -> entry.key().id().value());

  private final Apps told = new Apps();
  private final Apps kept = new Apps();

  private record Entry(BroadcastKey key, String app, long at) {}

  void add(BroadcastKey key, String app, long at) {
    if (!kept.entries.containsKey(key)) {
      told.add(new Entry(key, app, at));
    }
  }

  /** A channel does not keep one any more. */
  void letGo(BroadcastKey key) {
    @Nullable Entry entry = kept.entries.get(key);
    if (entry != null) {
      kept.remove(entry);
      told.add(entry);
    }
  }

  /**
   * Calls with those that are to be forgotten now, some at a time.
   *
   * @param isKept whether a channel keeps one
   */
  void forget(long now, Predicate<BroadcastKey> isKept, Consumer<BroadcastKey> forgotten) {
    for (int i = 0; i < FORGOTTEN_AT_ONCE; i++) {
      @Nullable Entry next = kept.entries.size() > MOST_KEPT ? kept.oldestOfMost() : null;
      if (next == null) {
        next =
            told.entries.size() > MOST ? told.oldestOfMost() : told.before(now - TOLD.toMillis());
        if (next == null) {
          return;
        }
        told.remove(next);
        if (isKept.test(next.key())) {
          kept.add(next);
          continue;
        }
      } else {
        kept.remove(next);
      }
      forgotten.accept(next.key());
    }
  }

  /** Entries by their apps. */
  private static final class Apps {
    private final Map<BroadcastKey, Entry> entries = new HashMap<>();
    private final Map<String, TreeSet<Entry>> apps = new HashMap<>();

    void add(Entry entry) {
      if (entries.putIfAbsent(entry.key(), entry) == null) {
        apps.computeIfAbsent(entry.app(), _ -> new TreeSet<>(ORDER)).add(entry);
      }
    }

    void remove(Entry entry) {
      entries.remove(entry.key());
      @Nullable TreeSet<Entry> ofApp = apps.get(entry.app());
      if (ofApp != null) {
        ofApp.remove(entry);
        if (ofApp.isEmpty()) {
          apps.remove(entry.app());
        }
      }
    }

    /** Returns the first one of the app that has most of them. */
    @Nullable Entry oldestOfMost() {
      return apps.values().stream()
          .max(Comparator.comparingInt(TreeSet::size))
          .map(TreeSet::first)
          .orElse(null);
    }

    /** Returns one that has ended by then. */
    @Nullable Entry before(long time) {
      return apps.values().stream()
          .map(TreeSet::first)
          .filter(first -> first.at() <= time)
          .findFirst()
          .orElse(null);
    }
  }
}
