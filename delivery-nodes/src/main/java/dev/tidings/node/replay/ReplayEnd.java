package dev.tidings.node.replay;

/**
 * The end of a replay.
 *
 * @param how why it goes no further
 * @param count how many notifications were sent
 * @param skipped how many of the span were not: expired, or sent to a token that is not the
 *     device's now, or too large for the connection
 * @param cursor where another replay goes on: see {@link ReplayCursor}
 * @param cut whether the log may have had more at the span's beginning, which it has no longer
 */
public record ReplayEnd(How how, long count, long skipped, String cursor, boolean cut) {
  /** Why a replay goes no further. */
  public enum How {
    /** All of the span was sent. */
    COMPLETE,
    /** The device has asked for it. */
    STOPPED,
    /** The device's inbox is about to be another node's, or the connection is over. */
    MOVED,
    /** The device confirmed nothing, or wanted nothing, for too long. */
    STALLED,
    /** The log could not be read, or what tells which tokens are the device's. */
    UNAVAILABLE
  }
}
