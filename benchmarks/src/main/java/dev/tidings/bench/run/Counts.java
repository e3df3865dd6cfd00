package dev.tidings.bench.run;

import dev.tidings.bench.device.ArrivalReport;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendLog;

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
    SendLog sendLog = provider.answers();
    Load.awaitArrivals(devices, sendLog);
    return of(sendLog, devices.arrivals(provider.recipients()::sent));
  }

  static Counts of(SendLog sendLog, ArrivalReport arrivals) {
    return new Counts(
        sendLog.acceptedSoFar(),
        sendLog.refusedSoFar(),
        lost(arrivals, sendLog),
        arrivals.repeated(),
        arrivals.late(),
        arrivals.strangers());
  }

  /** What was refused was not lost. */
  private static long lost(ArrivalReport arrivals, SendLog sendLog) {
    return arrivals.missing().entrySet().stream()
        .mapToLong(gaps ->
            gaps.getValue().stream()
                .filter(sequence -> !sendLog.isRefused(gaps.getKey(), sequence))
                .count())
        .sum();
  }

  /** Whether everything arrived, in its place. */
  public boolean isClean() {
    return lost == 0 && late == 0 && strangers == 0;
  }
}
