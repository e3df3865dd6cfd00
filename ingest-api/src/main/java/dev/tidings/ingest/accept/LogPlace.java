package dev.tidings.ingest.accept;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The place among those in flight of one notification that is to be written to the log, but not
 * yet: it is taken before that takes time, so that no more wait than there are places. Thread-safe.
 */
public final class LogPlace {
  private final Runnable leaving;
  private final AtomicBoolean left = new AtomicBoolean();

  LogPlace(Runnable leaving) {
    this.leaving = leaving;
  }

  /** Gives it back. Idempotent. */
  public void leave() {
    if (left.compareAndSet(false, true)) {
      leaving.run();
    }
  }
}
