package dev.tidings.node.register;

import dev.tidings.schemas.avro.Generation;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The numbers of tokens: of one device and app, how many were revoked before. Where that can't be
 * told any more, because somebody else has written a record that makes no sense, counting goes on
 * behind any number that was ever given: from a billion on, by the second of the time.
 */
final class Numbers {
  /** No number. */
  static final int NONE = -1;

  /** The highest of a token. */
  static final int LAST = Integer.MAX_VALUE - 1;

  private static final int ANEW = 1 << 30;
  private static final long EPOCH = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private Numbers() {}

  /** Whether a record is one that we may have written. */
  static boolean makeSense(Generation record) {
    int number = record.getNumber();
    return number >= 0
        && (number > 0 || !record.getRevoking())
        && (number <= LAST || !record.getRegistered());
  }

  /**
   * One that was not given before: a device is given fewer than one a second.
   *
   * @param now milliseconds since the epoch
   */
  static int anew(long now) {
    long seconds = TimeUnit.MILLISECONDS.toSeconds(now - EPOCH);
    return Math.clamp(ANEW + Math.max(0, seconds), ANEW, LAST);
  }
}
