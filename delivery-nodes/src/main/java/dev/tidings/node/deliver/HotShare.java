package dev.tidings.node.deliver;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The share of a partition's window that one device may hold, and for how long: the less is free,
 * the less. So no mix of slow devices, however many, can fill it, and those that confirm always
 * find room (dynamic thresholds, as switches share their buffers). Confined to the partition's
 * loop.
 */
final class HotShare {
  /** The most that one device may hold of an empty window. */
  private static final int OF_WINDOW = 64;

  /** The most that one device may hold of what is free. */
  private static final int OF_FREE = 16;

  /** What is left of {@code park.after} when the window is full. */
  private static final double LEAST_TIME = 0.1;

  private final long windowBytes;
  private final LongSupplier held;

  /**
   * @param windowBytes what all may hold together
   * @param held what they hold now
   */
  HotShare(long windowBytes, LongSupplier held) {
    this.windowBytes = windowBytes;
    this.held = held;
  }

  private long free() {
    return Math.max(0, windowBytes - held.getAsLong());
  }

  /** Whether a device that holds so much may hold so much more. One that holds nothing may. */
  boolean allows(long holds, int more) {
    return holds == 0 || holds + more <= Math.min(windowBytes / OF_WINDOW, free() / OF_FREE);
  }

  /** How long an entry may wait without its device's progress: less once half is full. */
  Duration patience(Duration parkAfter) {
    double share = Math.clamp(2.0 * free() / Math.max(1, windowBytes), LEAST_TIME, 1);
    return Duration.ofMillis((long) (parkAfter.toMillis() * share));
  }
}
