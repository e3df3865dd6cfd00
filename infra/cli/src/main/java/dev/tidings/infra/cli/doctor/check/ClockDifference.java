package dev.tidings.infra.cli.doctor.check;

import java.time.Duration;
import java.time.Instant;

/**
 * What another machine's clock shows.
 *
 * @param of whose clock
 * @param theirs what it shows
 */
public record ClockDifference(String of, Instant theirs) {
  private static final String WHAT = "clock";

  /** Tokens are refused for more. */
  private static final Duration MOST = Duration.ofSeconds(60);

  /** The services need no better; more makes traces hard to read. */
  private static final Duration WEAK = Duration.ofSeconds(2);

  private static final String FIX = "set both by NTP (chrony, systemd-timesyncd)";

  /**
   * Compares.
   *
   * @param ours what this machine's clock showed at the same time
   */
  public Check check(Instant ours) {
    Duration apart = Duration.between(ours, theirs);
    Duration distance = apart.abs();
    if (distance.compareTo(WEAK) <= 0) {
      return Check.sound(WHAT, "agrees with that of " + of);
    }
    String words =
        "%s is %d s %s this machine (expected: at most %d s)"
            .formatted(
                of,
                distance.toSeconds(),
                apart.isNegative() ? "behind" : "ahead of",
                MOST.toSeconds());
    return distance.compareTo(MOST) <= 0
        ? Check.weak(WHAT, words, FIX)
        : Check.failed(WHAT, words, FIX);
  }
}
