package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;
import java.util.Map;
import java.util.Set;

/**
 * The arrivals at a fleet.
 *
 * @param received notifications, each counted once
 * @param repeated repeated arrivals
 * @param late first arrivals after a later one for the same device
 * @param strangers arrivals at a device to which it was not sent
 * @param missing notifications that have not arrived, by device
 * @param hot from the time at which each was due until it arrived, in the measured phase: at the
 *     first device, which may have been sent more than the others
 * @param others the same at the others
 */
public record ArrivalReport(
    long received,
    long repeated,
    long late,
    long strangers,
    Map<Integer, Set<Integer>> missing,
    Latencies hot,
    Latencies others) {

  /** Returns the latencies at all devices. */
  public Latencies latencies() {
    var all = new Latencies();
    all.add(hot);
    all.add(others);
    return all;
  }
}
