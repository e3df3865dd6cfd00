package dev.tidings.node.register;

import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of tokens: for one device and app, the count of tokens revoked before. If the count
 * is lost, because another program has written an invalid record, counting continues above any
 * number that was ever issued: from a billion on, by the second of the current time.
 */
final class Numbers {
  /** No number. */
  static final int NONE = -1;

  /** The highest number of a token. */
  static final int LAST = Integer.MAX_VALUE - 1;

  /** Instead of the time of a registration. */
  private static final long UNSETTLED = 0;

  private static final int ANEW = 1 << 30;
  private static final long EPOCH = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private Numbers() {}

  /** Returns whether this service may have written the record. */
  static boolean makeSense(Generation record) {
    int number = record.getNumber();
    return number >= 0
        && (number > 0 || !record.getRevoking())
        && (number <= LAST || !record.getRegistered());
  }

  /** Returns the number that a device has, or gets next. */
  static int next(@Nullable Generation found) {
    return found == null ? 0 : found.getNumber();
  }

  /** Returns a record of a registration all of which is to be written at the next one. */
  static Generation unsettled(int number) {
    return new Generation(number, true, UNSETTLED, false, 0, null, null);
  }

  static boolean isUnsettled(Generation record) {
    return record.getSince() == UNSETTLED;
  }

  /**
   * Returns a number that was not issued before: a device is issued fewer than one per second.
   *
   * @param now milliseconds since the epoch
   */
  static int anew(long now) {
    long seconds = TimeUnit.MILLISECONDS.toSeconds(now - EPOCH);
    return Math.clamp(ANEW + Math.max(0, seconds), ANEW, LAST);
  }

  /**
   * Replaces an invalid record, which hides the tokens issued before: counting continues above
   * them. None remains none.
   */
  static @Nullable Generation sane(Optional<Generation> found, long now) {
    return found
        .map(record ->
            makeSense(record) ? record : new Generation(anew(now), false, 0L, false, 0, null, null))
        .orElse(null);
  }

  /** Returns whether an app in the key of a record can be one. */
  static boolean isApp(String app) {
    try {
      new AppId(app);
      return true;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  /** Returns whether the token of a number is what an erasure still has to end. */
  static boolean isToEnd(Generation found, int number) {
    return makeSense(found)
        && (found.getRegistered()
            ? found.getNumber() == number
            : found.getRevoking() && found.getNumber() == number + 1);
  }
}
