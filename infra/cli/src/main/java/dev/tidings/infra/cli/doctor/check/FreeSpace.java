package dev.tidings.infra.cli.doctor.check;

/**
 * The room on a disk.
 *
 * @param where which disk
 * @param usable bytes that can still be written
 * @param total bytes that it has
 */
public record FreeSpace(String where, long usable, long total) {
  /** With less the local stack does not start. */
  private static final long LEAST = 64L << 20;

  private static final int WEAK_PERCENT = 10;
  private static final long MEBI = 1L << 20;

  private static final String FIX =
      "make room, or a larger disk: a broker whose disk is full stops, and nothing is accepted";

  public Check check(String what) {
    String words = "%s: %d MiB free of %d MiB".formatted(where, usable / MEBI, total / MEBI);
    if (usable < LEAST) {
      return Check.failed(what, words, FIX);
    }
    return usable < total / 100 * WEAK_PERCENT
        ? Check.weak(what, words + " (expected: a tenth)", FIX)
        : Check.sound(what, words);
  }
}
