package dev.tidings.ingest.trace.index;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * How long a process may work on its index beside taking receipts: a fifth of the time, for all of
 * its partitions together, however many there are, since one thread reads them all. They take
 * turns. Thread-safe.
 */
public final class IndexTime {
  /** How long one works at most before receipts are read again, and as much is saved up. */
  static final Duration SLICE = Duration.ofMillis(20);

  /** Less is not worth the beginning. */
  private static final Duration LEAST = Duration.ofMillis(2);

  /** All time for each that is worked. */
  static final int SHARE = 5;

  /** After which nobody waits any more for one that does not come. */
  private static final Duration LOST = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;

  /** When those who wait have last come, the first in front. */
  private final Map<Object, Long> waiting = new LinkedHashMap<>();

  /** A fifth of what is behind this may be worked. */
  private long from;

  /** As if nobody had worked for a while. */
  public IndexTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.from = earliest(nanoTime.getAsLong());
  }

  private static long earliest(long now) {
    return now - SHARE * SLICE.toNanos();
  }

  /** Returns the time. */
  long now() {
    return nanoTime.getAsLong();
  }

  /**
   * Has one work, if it is its turn; if not, it comes again, and keeps its place.
   *
   * @param work is given what is asked behind each step: whether its time is over
   */
  synchronized void inTurn(Object who, Consumer<BooleanSupplier> work) {
    long began = now();
    waiting.put(who, began);
    from = Math.max(from - began, earliest(began) - began) + began;
    long granted = (began - from) / SHARE;
    if (granted < LEAST.toNanos() || !first(began).equals(who)) {
      return;
    }
    waiting.remove(who);
    try {
      work.accept(() -> now() - began >= granted);
    } finally {
      from += SHARE * (now() - began);
    }
  }

  private Object first(long now) {
    Iterator<Map.Entry<Object, Long>> each = waiting.entrySet().iterator();
    Map.Entry<Object, Long> first = each.next();
    while (now - first.getValue() > LOST.toNanos()) {
      each.remove();
      first = each.next();
    }
    return first.getKey();
  }
}
