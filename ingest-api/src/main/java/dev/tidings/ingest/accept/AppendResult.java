package dev.tidings.ingest.accept;

/** The result of appending a notification to the log. Each protocol has its own words for it. */
public sealed interface AppendResult {
  /**
   * Accepted: every in-sync replica of the log has the record.
   *
   * @param atMillis the time of acceptance in the record, since the epoch
   */
  record Accepted(long atMillis) implements AppendResult {}

  /**
   * Not accepted now. The record may have reached the log nevertheless; repeating the request with
   * the same id is safe.
   */
  record Overloaded(Bottleneck bottleneck) implements AppendResult {
    static final Overloaded TOO_MANY = new Overloaded(Bottleneck.IN_FLIGHT);
    static final Overloaded LOG_UNAVAILABLE = new Overloaded(Bottleneck.LOG);
  }

  /** Not accepted, for a reason that nobody expected and that was logged. */
  record Failed() implements AppendResult {
    static final Failed RESULT = new Failed();
  }

  /** What is overloaded. */
  enum Bottleneck {
    /** Too many notifications are being written already: nothing was tried. */
    IN_FLIGHT,
    /** The log did not take it in time, or the buffer before it is full. */
    LOG
  }
}
