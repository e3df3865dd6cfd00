package dev.tidings.streams.schedule;

import dev.tidings.streams.write.Settled;
import dev.tidings.streams.write.TableMark;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;

/**
 * The notifications that a timetable has written to its topic, and has not read back. Until they
 * are, what the table has of their keys are earlier notifications, whose tombstones would come
 * behind the later ones. What the topic has not taken, because it was too large, never comes: a
 * mark behind it shows that. Confined to the task's thread.
 */
final class Arrivals {
  /** What is read back in time takes a fraction of that. */
  private static final long LONG_MILLIS = Duration.ofSeconds(10).toMillis();

  private final TableMark mark;
  private final Settled settled;
  private final Map<Bytes, Arrival> arriving = new HashMap<>();
  private long checkedAt = Long.MIN_VALUE;

  Arrivals(TableMark mark, Settled settled) {
    this.mark = mark;
    this.settled = settled;
  }

  /**
   * What is on its way under one key.
   *
   * @param count how many records
   * @param at when the last of them was written, in ms since the epoch
   */
  private record Arrival(int count, long at) {}

  void add(Bytes key, long now) {
    arriving.merge(key, new Arrival(1, now), (all, one) -> new Arrival(all.count() + 1, now));
  }

  /** Counts down one that was written here and read back. */
  void arrived(Bytes key) {
    arriving.computeIfPresent(
        key, (same, all) -> all.count() == 1 ? null : new Arrival(all.count() - 1, all.at()));
  }

  boolean isAny(Bytes key) {
    return arriving.containsKey(key);
  }

  /** Has a mark written if some have been on their way for long. */
  void checkLost(long now) {
    if (arriving.isEmpty() || (now >= checkedAt && now - LONG_MILLIS < checkedAt)) {
      return;
    }
    checkedAt = now;
    boolean isLong = false;
    for (Map.Entry<Bytes, Arrival> each : arriving.entrySet()) {
      Arrival arrival = each.getValue();
      if (arrival.at() > now) {
        // The clock was set back.
        each.setValue(new Arrival(arrival.count(), now));
      }
      isLong |= arrival.at() <= now - LONG_MILLIS;
    }
    if (isLong) {
      mark.write(now);
    }
  }

  /** Forgets those that would have come before a mark that was read, and have not. */
  void endLost(long now) {
    long complete = mark.completeUntil(now);
    for (Iterator<Map.Entry<Bytes, Arrival>> all = arriving.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<Bytes, Arrival> each = all.next();
      if (each.getValue().at() < complete) {
        Bytes key = each.getKey();
        all.remove();
        if (settled.contains(key)) {
          // Its tombstone was held back.
          settled.add(key);
        }
      }
    }
  }

  void clear() {
    arriving.clear();
  }
}
