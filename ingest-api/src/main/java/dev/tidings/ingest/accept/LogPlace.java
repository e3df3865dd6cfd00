package dev.tidings.ingest.accept;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The place among those in flight of one notification that is to be written to the log, but not
 * yet: it is taken before that takes time, so that no more wait than there are places. Thread-safe.
 */
public final class LogPlace {
  private final NotificationLog log;
  private final Runnable leaving;
  private final AtomicBoolean left = new AtomicBoolean();

  LogPlace(NotificationLog log, Runnable leaving) {
    this.log = log;
    this.leaving = leaving;
  }

  /** Appends one notification to the log that the place is of: as that does. */
  public void append(
      NewNotification notification,
      byte[] payload,
      Map<String, byte[]> localized,
      AppendListener listener) {
    log.append(this, notification, payload, localized, listener);
  }

  /** Gives it back. Idempotent. */
  public void leave() {
    if (left.compareAndSet(false, true)) {
      leaving.run();
    }
  }
}
