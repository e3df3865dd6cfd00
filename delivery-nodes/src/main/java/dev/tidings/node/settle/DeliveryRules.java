package dev.tidings.node.settle;

import java.time.Duration;

/**
 * The limits and times of delivery that an operator sets.
 *
 * @param parkAfter how long an entry may wait in the hot window for credit or confirmation
 * @param commitInterval how often what is resolved is committed
 * @param maxParked the most entries parked for one device
 * @param maxParkedBytes the most they may weigh
 * @param duplicateWindow among how many of the last deliveries of a partition repetitions are
 *     recognised
 * @param maxClosesPerSecond how many devices at most are told in a second that they have to go
 * @param windowBytes what the hot entries of a partition may weigh
 */
public record DeliveryRules(
    Duration parkAfter,
    Duration commitInterval,
    long maxParked,
    long maxParkedBytes,
    int duplicateWindow,
    int maxClosesPerSecond,
    long windowBytes) {
  private static final long DEFAULT_WINDOW = 16L << 20;

  /** With a window of 16 MiB. */
  public DeliveryRules(
      Duration parkAfter,
      Duration commitInterval,
      long maxParked,
      long maxParkedBytes,
      int duplicateWindow,
      int maxClosesPerSecond) {
    this(
        parkAfter,
        commitInterval,
        maxParked,
        maxParkedBytes,
        duplicateWindow,
        maxClosesPerSecond,
        DEFAULT_WINDOW);
  }
}
