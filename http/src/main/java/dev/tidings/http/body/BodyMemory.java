package dev.tidings.http.body;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of bodies that are not all there yet, or wait for an earlier one. A body that
 * comes in one piece, as nearly all do, takes nothing of it. Thread-safe.
 */
public final class BodyMemory {
  /** For bodies of which nothing is kept. */
  static final BodyMemory NONE = new BodyMemory(0);

  private final long max;
  private final AtomicLong taken = new AtomicLong();

  public BodyMemory(long max) {
    this.max = max;
  }

  /** Takes some; false if there is not so much. */
  public boolean take(int bytes) {
    if (taken.addAndGet(bytes) <= max) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Gives some back. */
  public void give(int bytes) {
    taken.addAndGet(-bytes);
  }

  /** How many bytes there are. */
  long max() {
    return max;
  }

  /** How many bytes are taken. */
  public long taken() {
    return taken.get();
  }
}
