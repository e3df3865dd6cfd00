package dev.tidings.ingest.erase;

import java.time.Duration;
import java.util.UUID;

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

  /** Of the first half: the time, the version, and random bits, as in all that are random. */
  private static final int TIME_SHIFT = 16;

  private static final long VERSION = 0x7000;
  private static final long RANDOM_BITS = 0x0FFF;

  private ErasureId() {}

  static String next(long nowMillis) {
    UUID random = UUID.randomUUID();
    long first =
        (nowMillis << TIME_SHIFT) | VERSION | (random.getMostSignificantBits() & RANDOM_BITS);
    return new UUID(first, random.getLeastSignificantBits()).toString();
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
