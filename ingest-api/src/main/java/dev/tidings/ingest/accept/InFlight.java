package dev.tidings.ingest.accept;

import java.util.concurrent.atomic.AtomicInteger;

/** How many notifications are with the log, with a bound: they are in memory. Thread-safe. */
public final class InFlight {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();

  public InFlight(int max) {
    this.max = max;
  }

  /** Takes a place; false if there is none. */
  public boolean enter() {
    if (count.incrementAndGet() <= max) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /** Gives the place back: once for each time {@link #enter} said yes. */
  public void leave() {
    count.decrementAndGet();
  }

  public int count() {
    return count.get();
  }
}
