package dev.tidings.ingest.erase;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ids of erasures: UUIDs of version 7, which begin with the time at which they were made. A
 * process that does not know one can tell by it whether it may not have heard of it yet.
 */
final class ErasureId {
  /**
   * How long an id may be unknown at another process: until that has read the record, and as much
   * as their clocks differ.
   */
  static final Duration SPREAD = Duration.ofSeconds(10);

  private static final int RANDOM_BITS_OF_THE_FIRST_HALF = 12;
  private static final int TIME_SHIFT = 16;
  private static final long VERSION = 7L << RANDOM_BITS_OF_THE_FIRST_HALF;
  private static final long VARIANT = 2L << 62;

  private ErasureId() {}

  static String next(long nowMillis) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long first =
        nowMillis << TIME_SHIFT | VERSION | random.nextLong(1L << RANDOM_BITS_OF_THE_FIRST_HALF);
    return new UUID(first, VARIANT | random.nextLong() >>> 2).toString();
  }

  /** Returns whether it says that it was made just now. */
  static boolean isRecent(String id, long nowMillis) {
    UUID uuid;
    try {
      uuid = UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      return false;
    }
    long made = uuid.getMostSignificantBits() >>> TIME_SHIFT;
    return uuid.version() == 7 && Math.abs(nowMillis - made) <= SPREAD.toMillis();
  }
}
