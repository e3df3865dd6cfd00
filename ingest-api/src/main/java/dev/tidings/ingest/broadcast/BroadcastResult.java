package dev.tidings.ingest.broadcast;

/** The result of a request to send a broadcast. */
public sealed interface BroadcastResult {
  /**
   * Every partition of the log has it.
   *
   * @param atMillis when, since the epoch
   */
  record Accepted(long atMillis) implements BroadcastResult {}

  /** Its id is that of a broadcast to another app, or to others of the app. */
  record Different() implements BroadcastResult {}

  /**
   * There are as many as may be at a time.
   *
   * @param most how many that are
   */
  record TooMany(int most) implements BroadcastResult {}

  /**
   * Too many have come of late.
   *
   * @param perMinute how many may come
   * @param waitNanos after which one more may
   */
  record TooFast(int perMinute, long waitNanos) implements BroadcastResult {}

  /** As many as may be are being written: nothing was tried. */
  record Busy() implements BroadcastResult {}

  /** This process does not know yet what there is: nothing was tried. */
  record Unready() implements BroadcastResult {}

  /** Not every partition has taken it in time; some may have. */
  record NotWritten() implements BroadcastResult {}

  /** Not accepted, for a reason that nobody expected and that was logged. */
  record Failed() implements BroadcastResult {}
}
