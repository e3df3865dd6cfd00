package dev.tidings.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures how late event loops run what is due: a task of each is due once a second, and the
 * longest delay of the last half minute or minute is told. One that stands still is told of while
 * it does. Thread-safe.
 */
final class LoopDelay {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Longer than what lies between two readings of the metrics in most places. */
  private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final LongSupplier nanoTime;
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  LoopDelay(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Measures these loops from now on, until they end. */
  void measure(EventExecutorGroup group) {
    for (EventExecutor executor : group) {
      Loop loop = new Loop(nanoTime.getAsLong());
      loops.add(loop);
      executor.scheduleAtFixedRate(
          loop::ran, EVERY.toNanos(), EVERY.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Returns the longest delay of a loop, in seconds. */
  double seconds() {
    long now = nanoTime.getAsLong();
    long longest = loops.stream().mapToLong(loop -> loop.delay(now)).max().orElse(0);
    return longest / (double) TimeUnit.SECONDS.toNanos(1);
  }

  /** One loop; its task runs in it, and others ask. */
  private final class Loop {
    private long last;
    private long kept;
    private long before;
    private long longest;

    Loop(long now) {
      this.last = now;
      this.kept = now;
    }

    synchronized void ran() {
      long now = nanoTime.getAsLong();
      long late = late(now);
      if (now - kept >= KEPT_NANOS) {
        before = longest;
        longest = 0;
        kept = now;
      }
      longest = Math.max(longest, late);
      last = now;
    }

    synchronized long delay(long now) {
      return Math.max(Math.max(before, longest), late(now));
    }

    private long late(long now) {
      return Math.max(0, now - last - EVERY.toNanos());
    }
  }
}
