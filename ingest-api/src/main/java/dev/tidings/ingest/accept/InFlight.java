package dev.tidings.ingest.accept;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts and limits the notifications that are being written to the log, because they are in
 * memory. Thread-safe.
 */
public final class InFlight {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();
  private final Waiters waiters = new Waiters();

  public InFlight(int max) {
    this.max = max;
  }

  /** Takes a place. Returns false if there is none. */
  public boolean enter() {
    int taken = count.get();
    while (taken < max) {
      int before = count.compareAndExchange(taken, taken + 1);
      if (before == taken) {
        return true;
      }
      taken = before;
    }
    return false;
  }

  /** Releases a place: once for each time {@link #enter} returned true. */
  public void leave() {
    waiters.freed(count.decrementAndGet() == 0);
  }

  /**
   * Runs a task once, when the next place is released; at once if none is taken.
   *
   * @param task does little, in the thread in which that happens
   */
  void whenFreed(Runnable task) {
    waiters.add(task);
    if (count.get() == 0) {
      waiters.freed(true);
    }
  }

  /** Does not run a task that was to be run. */
  void forget(Runnable task) {
    waiters.remove(task);
  }

  int waiting() {
    return waiters.count();
  }

  int max() {
    return max;
  }

  public int count() {
    return count.get();
  }
}
