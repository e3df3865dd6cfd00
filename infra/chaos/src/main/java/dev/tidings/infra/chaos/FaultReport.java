package dev.tidings.infra.chaos;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The effects of a fault.
 *
 * @param fault its name
 * @param survived how long after the strike the last device was served again by what was left;
 *     empty if that did not happen, or could not be expected
 * @param survivable whether that could be expected
 * @param healed how long after the repair began the last device was served again; empty if that did
 *     not happen
 * @param sent notifications sent from the strike until all was well
 * @param p99 of those, the delay of the slowest hundredth, from sending to first arrival
 * @param minute notifications sent in the minute around the strike
 * @param repeatedBefore arrivals between strike and repair that were repetitions
 * @param repeatedAfter those from the repair until all was well
 */
public record FaultReport(
    String fault,
    Optional<Duration> survived,
    boolean survivable,
    Optional<Duration> healed,
    int sent,
    Optional<Duration> p99,
    int minute,
    int repeatedBefore,
    int repeatedAfter) {

  /** Whether every device was served again, each time that was to be expected. */
  public boolean isHealed() {
    return healed.isPresent() && (!survivable || survived.isPresent());
  }

  @Override
  public String toString() {
    int repeated = repeatedBefore + repeatedAfter;
    return "%-44s %12s %12s %10d %10s %8d + %d (%.2f %%)"
        .formatted(
            fault,
            survivable ? seconds(survived) : "-",
            seconds(healed),
            sent,
            p99.map(FaultReport::seconds).orElse("-"),
            repeatedBefore,
            repeatedAfter,
            minute == 0 ? 0 : 100.0 * repeated / minute);
  }

  /** What the columns of {@link #toString} are. */
  public static String header() {
    return "%-44s %12s %12s %10s %10s %s"
        .formatted(
            "fault", "taken over", "healed", "sent", "p99 delay", "repeated before + after repair");
  }

  private static String seconds(Optional<Duration> time) {
    return time.map(FaultReport::seconds).orElse("NEVER");
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }
}
