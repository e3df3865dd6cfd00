package dev.tidings.bench.run;

import dev.tidings.bench.device.Arrivals;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Answers;
import dev.tidings.bench.provider.Provider;

/**
 * What has become of all that was sent, in a whole run.
 *
 * @param accepted how many notifications were accepted
 * @param refused how many were not
 * @param lost how many were accepted and did not arrive
 * @param repeated arrivals of what had arrived before
 * @param late first arrivals behind a later one for the same device
 * @param strangers arrivals at another device than the one meant
 */
public record Counts(
    long accepted, long refused, long lost, long repeated, long late, long strangers) {

  /** Waits until nothing more comes, and counts. */
  static Counts of(Provider provider, DeviceFleet devices) throws InterruptedException {
    Answers answers = provider.answers();
    Load.awaitArrivals(devices, answers);
    return of(answers, devices.arrivals(provider.recipients()::sent));
  }

  static Counts of(Answers answers, Arrivals arrivals) {
    return new Counts(
        answers.acceptedSoFar(),
        answers.refusedSoFar(),
        lost(arrivals, answers),
        arrivals.repeated(),
        arrivals.late(),
        arrivals.strangers());
  }

  /** What was refused was not lost. */
  private static long lost(Arrivals arrivals, Answers answers) {
    return arrivals.missing().entrySet().stream()
        .mapToLong(gaps ->
            gaps.getValue().stream()
                .filter(sequence -> !answers.isRefused(gaps.getKey(), sequence))
                .count())
        .sum();
  }

  /** Whether everything arrived, in its place. */
  public boolean isClean() {
    return lost == 0 && late == 0 && strangers == 0;
  }
}
