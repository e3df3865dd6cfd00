package dev.tidings.ingest.accept;

/**
 * The part of what may be {@linkplain InFlight in flight}, and of the memory before the log, that
 * one kind of requests may take: the rest is left to the others. Who finds no room may wait for it.
 * Thread-safe.
 */
public final class InFlightShare {
  /** What a record has besides the payload, about. */
  private static final int RECORD_BYTES = 512;

  private final InFlight all;
  private final int max;
  private final long maxBytes;
  private final Waiters waiters = new Waiters();
  private int count;
  private long bytes;

  /**
   * Creates one.
   *
   * @param max how many at once
   * @param maxBytes how many bytes at once; a single one may have more
   */
  public InFlightShare(InFlight all, int max, long maxBytes) {
    this.all = all;
    this.max = max;
    this.maxBytes = maxBytes;
  }

  /** Half of all that may be in flight, and half of the memory before the log. */
  public static InFlightShare half(InFlight all, long bufferBytes) {
    return new InFlightShare(all, Math.max(1, all.max() / 2), bufferBytes / 2);
  }

  /** Takes a place for a payload of so many bytes. Returns false if there is none. */
  synchronized boolean enter(int payloadBytes) {
    int size = payloadBytes + RECORD_BYTES;
    if (count >= max || (count > 0 && bytes + size > maxBytes) || !all.enter()) {
      return false;
    }
    count++;
    bytes += size;
    return true;
  }

  /** Releases a place: once for each time {@link #enter} returned true. */
  void leave(int payloadBytes) {
    boolean isLast;
    synchronized (this) {
      count--;
      bytes -= payloadBytes + RECORD_BYTES;
      isLast = count == 0;
    }
    all.leave();
    waiters.freed(isLast);
  }

  /**
   * Runs a task once, when there may be room again that there was not.
   *
   * @param task does little, in any thread
   */
  public void whenFreed(Runnable task) {
    if (!awaitOwn(task)) {
      // The others have taken it, or the log takes nothing.
      all.whenFreed(task);
    }
  }

  /** Those of this kind have taken their part: it is one of them that frees a place. */
  private synchronized boolean awaitOwn(Runnable task) {
    boolean full = count >= max || (count > 0 && bytes + RECORD_BYTES >= maxBytes);
    if (full) {
      waiters.add(task);
    }
    return full;
  }

  /** Does not run a task that was to be run. */
  public void forget(Runnable task) {
    waiters.remove(task);
    all.forget(task);
  }

  /** Returns how many are in flight. */
  public synchronized int count() {
    return count;
  }

  /** Returns how many wait. */
  int waiting() {
    return waiters.count() + all.waiting();
  }
}
