package dev.tidings.node.replay;

import java.time.Duration;

/**
 * The bounds of replays.
 *
 * @param most that a node serves at a time, with those that wait
 * @param readers how many read the log at the same time
 * @param bytesPerSecond that all of them together read of the log, on average
 * @param recordsPerSecond that one device is sent again, on average
 * @param patience with a device that takes nothing
 * @param waitForDevice how long a replay that a provider has ordered for one device waits for it
 */
public record ReplayRules(
    int most,
    int readers,
    long bytesPerSecond,
    int recordsPerSecond,
    Duration patience,
    Duration waitForDevice) {
  /** So many of one device's notifications are read at once, at most. */
  static final int SLICE_RECORDS = 32;

  /** So much memory those take, at most, unless it is a single one. */
  static final int SLICE_BYTES = 128 * 1024;

  /** Of so many places there is one more for what providers have ordered: each may hold 10 MB. */
  private static final int PLACES_OF_ONE_ORDERED = 8;

  /** How many orders a node carries out at a time, each in one partition. */
  int mostOrdered() {
    return Math.max(1, most / PLACES_OF_ONE_ORDERED);
  }

  /** So much is read for one device before it is the next one's turn. */
  static final long TURN_BYTES = 4L << 20;
}
