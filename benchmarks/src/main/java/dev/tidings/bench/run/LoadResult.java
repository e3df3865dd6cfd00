package dev.tidings.bench.run;

import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Memory;
import java.util.List;
import java.util.Map;

/**
 * What a load has come to. Rates are for the phase that counts, sums for the whole run.
 *
 * @param seconds how long the phase was that counts
 * @param offered notifications a second that were sent
 * @param delivered notifications a second that arrived
 * @param accept from when each was meant to be sent until it was accepted
 * @param deliver from when each was meant to be sent until it arrived
 * @param accepted how many were accepted
 * @param refused how many were not
 * @param reasons why they were not
 * @param lost how many were accepted and did not arrive
 * @param repeated arrivals of what had arrived before
 * @param late first arrivals behind a later one for the same device
 * @param strangers arrivals at another device than the one meant
 * @param backlog how many were sent and had not arrived, every second of the phase that counts
 * @param processor for each notification delivered, by process
 * @param others microseconds of processor time that others used, in a second
 * @param memory by process; empty if nobody asked
 */
public record LoadResult(
    double seconds,
    double offered,
    double delivered,
    Latencies accept,
    Latencies deliver,
    long accepted,
    long refused,
    Map<String, Long> reasons,
    long lost,
    long repeated,
    long late,
    long strangers,
    List<Long> backlog,
    Map<String, Cpu> processor,
    double others,
    Map<String, Memory> memory) {

  /** Whether everything arrived once and in its place. */
  public boolean isClean() {
    return lost == 0 && late == 0 && strangers == 0;
  }
}
