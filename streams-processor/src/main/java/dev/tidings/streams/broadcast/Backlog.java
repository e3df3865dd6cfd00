package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that are not being sent, by the time at which they are to be looked at. Apps take
 * turns, however many each of them has here. Only their keys are in memory. Confined to the task's
 * thread.
 */
final class Backlog {
  /** The most of one partition. */
  static final int MOST = 10_000;

  /** The most of one app, so that others find room. */
  static final int MOST_OF_APP = 1_000;

  /** The time of one that waits for another one of its channel. */
  static final long NOT_YET = Long.MAX_VALUE;

  /** Stands for the app of one that has to be read first. */
  static final String UNKNOWN = "";

  private static final Comparator<Entry> ORDER =
      Comparator.comparingLong(Entry::at).thenComparingLong(Entry::number);

  private final Map<BroadcastKey, Entry> entries = new HashMap<>();
  private final TreeSet<Entry> order = new TreeSet<>(ORDER);

  /** Those of each app; the one whose turn it is comes first. */
  private final SequencedMap<String, TreeSet<Entry>> apps = new LinkedHashMap<>();

  private long numbers;

  private record Entry(BroadcastKey key, String app, long at, long number) {}

  boolean isFull(String app) {
    @Nullable TreeSet<Entry> its = apps.get(app);
    return entries.size() >= MOST
        || (!app.equals(UNKNOWN) && its != null && its.size() >= MOST_OF_APP);
  }

  boolean has(BroadcastKey key) {
    return entries.containsKey(key);
  }

  /** Adds one, or gives it another time. */
  void add(BroadcastKey key, String app, long at) {
    remove(key);
    Entry entry = new Entry(key, app, at, numbers++);
    entries.put(key, entry);
    order.add(entry);
    apps.computeIfAbsent(app, _ -> new TreeSet<>(ORDER)).add(entry);
  }

  void remove(BroadcastKey key) {
    @Nullable Entry entry = entries.remove(key);
    if (entry == null) {
      return;
    }
    order.remove(entry);
    @Nullable TreeSet<Entry> its = apps.get(entry.app());
    if (its != null) {
      its.remove(entry);
      if (its.isEmpty()) {
        apps.remove(entry.app());
      }
    }
  }

  /**
   * Removes and returns the next one whose time has come; null if there is none.
   *
   * @param allowed of which apps one is wanted
   */
  @Nullable BroadcastKey next(long now, Predicate<String> allowed) {
    if (!isDue(now)) {
      return null;
    }
    for (Map.Entry<String, TreeSet<Entry>> each : apps.entrySet()) {
      Entry first = each.getValue().first();
      if (first.at() <= now && allowed.test(each.getKey())) {
        String app = each.getKey();
        TreeSet<Entry> its = each.getValue();
        remove(first.key());
        if (!its.isEmpty()) {
          apps.putLast(app, its);
        }
        return first.key();
      }
    }
    return null;
  }

  boolean isDue(long now) {
    return !order.isEmpty() && order.first().at() <= now;
  }

  /** Returns the apps that have one whose time has come: so many at most. */
  List<String> due(long now, int most) {
    List<String> found = new ArrayList<>();
    if (isDue(now)) {
      for (Map.Entry<String, TreeSet<Entry>> each : apps.entrySet()) {
        if (found.size() < most && each.getValue().first().at() <= now) {
          found.add(each.getKey());
        }
      }
    }
    return found;
  }
}
