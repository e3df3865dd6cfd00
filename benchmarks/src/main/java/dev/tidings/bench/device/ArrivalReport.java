package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;
import java.util.Map;
import java.util.Set;

/**
 * What has arrived.
 *
 * @param received notifications, each counted once
 * @param repeated arrivals of what had arrived before
 * @param late first arrivals behind a later one for the same device
 * @param strangers arrivals at another device than the one meant
 * @param missing what has not arrived, by device
 * @param hot from when each was meant to be sent until it arrived, in the phase that counts: at the
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

  /** The same at all of them. */
  public Latencies latencies() {
    var all = new Latencies();
    all.add(hot);
    all.add(others);
    return all;
  }
}
