package dev.tidings.bench.run;

import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Memory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a load. Rates are for the measured phase, sums for the whole run.
 *
 * @param until the end of the measured phase, by {@link System#nanoTime}
 * @param seconds the duration of the measured phase
 * @param offered notifications a second that were sent
 * @param delivered notifications a second that arrived
 * @param accept from the time at which each was due until it was accepted
 * @param deliver from the time at which each was due until it arrived
 * @param uneven the same if one device was sent more than the others
 * @param counts the outcome of everything sent
 * @param reasons the reasons for refusals
 * @param backlog how many were sent and had not arrived, in every second of the measured phase
 * @param processor processor time for each notification delivered, by process
 * @param others microseconds of processor time that other programs used, in a second
 * @param memory by process; empty if not measured
 */
public record LoadResult(
    long until,
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
   * Latencies if one device is sent more than the others.
   *
   * @param hot those of that device
   * @param others those of the others
   */
  public record Uneven(Latencies hot, Latencies others) {}

  /** Whether something was accepted, and all of that arrived, once and in order. */
  public boolean isClean() {
    return counts.accepted() > 0 && counts.isClean();
  }

  /** Returns what a reader waits for, in one line. */
  String line(String when) {
    return String.format(
        Locale.ROOT,
        "%s: %.0f/s, p50 %.2f ms, p99 %.2f ms",
        when,
        delivered,
        deliver.millis(50),
        deliver.millis(99));
  }
}
