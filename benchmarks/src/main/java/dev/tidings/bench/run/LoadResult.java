package dev.tidings.bench.run;

import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Memory;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a load has come to. Rates are for the phase that counts, sums for the whole run.
 *
 * @param seconds how long the phase was that counts
 * @param offered notifications a second that were sent
 * @param delivered notifications a second that arrived
 * @param accept from when each was meant to be sent until it was accepted
 * @param deliver from when each was meant to be sent until it arrived
 * @param uneven the same where one device was sent more than the others
 * @param counts what became of all that was sent
 * @param reasons why some were refused
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
    Optional<Uneven> uneven,
    Counts counts,
    Map<String, Long> reasons,
    List<Long> backlog,
    Map<String, Cpu> processor,
    double others,
    Map<String, Memory> memory) {

  /**
   * One device is sent more than the others.
   *
   * @param hot at that one
   * @param others at the others
   */
  public record Uneven(Latencies hot, Latencies others) {}
}
