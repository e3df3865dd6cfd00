package dev.tidings.bench.run;

import dev.tidings.bench.device.ArrivalReport;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.SendLog;

/**
 * The outcome of everything sent in a whole run.
 *
 * @param accepted notifications that were accepted
 * @param refused notifications that were not accepted
 * @param lost accepted notifications that did not arrive
 * @param repeated repeated arrivals
 * @param late first arrivals after a later one for the same device
 * @param strangers arrivals at a device to which it was not sent
 */
public record Counts(
    long accepted, long refused, long lost, long repeated, long late, long strangers) {

  /** Waits until nothing more arrives, and counts. */
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

  /** Leaves out what was refused: it was not lost. */
  private static long lost(ArrivalReport arrivals, SendLog sendLog) {
    return arrivals.missing().entrySet().stream()
        .mapToLong(gaps ->
            gaps.getValue().stream()
                .filter(sequence -> !sendLog.isRefused(gaps.getKey(), sequence))
                .count())
        .sum();
  }

  /** Whether everything arrived, once and in order. */
  public boolean isClean() {
    return lost == 0 && late == 0 && strangers == 0;
  }
}
