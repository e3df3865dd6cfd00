package dev.tidings.ingest.accept;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and limits the notifications that are being written to the log, because they are in
 * memory. Thread-safe.
 */
public final class InFlight {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();

  public InFlight(int max) {
    this.max = max;
  }

  /** Takes a place. Returns false if there is none. */
  public boolean enter() {
    if (count.incrementAndGet() <= max) {
      return true;
    }
    count.decrementAndGet();
    return false;
  }

  /** Releases a place: once for each time {@link #enter} returned true. */
  public void leave() {
    count.decrementAndGet();
  }

  public int count() {
    return count.get();
  }
}
