package dev.tidings.streams.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * The entries whose time is not known, because they could not be read: they are looked at in turn,
 * again and again, and those that have just come before the others. Confined to the task's thread.
 */
final class UnknownTimes {
  /** The limit of new ones in memory: the others are found on disk, in the next round. */
  private static final int MOST_NEW = 1_000;

  /** From the end of a round to the next: a registry has to be asked for each. */
  private static final long PAUSE_MILLIS = Duration.ofSeconds(30).toMillis();

  private static final Bytes START = Bytes.wrap(new byte[0]);

  private final ScheduleStore store;
  private final Set<Bytes> fresh = new LinkedHashSet<>();

  /** The last one of this round; null between two rounds. */
  private @Nullable Bytes last = START;

  private long ended;

  UnknownTimes(ScheduleStore store) {
    this.store = store;
  }

  void add(Bytes key) {
    if (fresh.size() < MOST_NEW) {
      fresh.add(key);
    }
  }

  void remove(Bytes key) {
    fresh.remove(key);
  }

  /** Returns whether {@link #next} may return some. */
  boolean isAny(long now) {
    return last != null || !fresh.isEmpty() || isOver(now);
  }

  /** Whether the pause is over, also if the clock was set back. */
  private boolean isOver(long now) {
    return now < ended || now >= ended + PAUSE_MILLIS;
  }

  /** Returns those that are to be looked at next: so many at most. */
  List<Bytes> next(long now, int most) {
    if (!fresh.isEmpty()) {
      List<Bytes> some = new ArrayList<>();
      for (Iterator<Bytes> all = fresh.iterator(); all.hasNext() && some.size() < most; ) {
        some.add(all.next());
        all.remove();
      }
      return some;
    }
    @Nullable Bytes from = last == null && isOver(now) ? START : last;
    if (from == null) {
      return List.of();
    }
    List<Bytes> some = store.ofUnknownTime(from, most);
    last = some.size() < most ? null : some.getLast();
    ended = now;
    return some;
  }

  /** Ends this round: those that were not looked at are found on disk, in the next one. */
  void pause(long now) {
    fresh.clear();
    last = null;
    ended = now;
  }

  void clear() {
    fresh.clear();
    last = START;
  }
}
