package dev.tidings.bench.run;

import dev.tidings.bench.measure.CpuTime;
import dev.tidings.bench.measure.Memory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What there is of everything, at one time.
 *
 * @param seconds since the beginning
 * @param delivered notifications a second since the last time
 * @param backlog sent and not there yet
 * @param processes by name
 * @param stateBytes what the services keep on disk: their tables, in RocksDB
 * @param logBytes what the broker keeps
 */
public record Sample(
    double seconds,
    double delivered,
    long backlog,
    Map<String, Footprint> processes,
    long stateBytes,
    long logBytes) {

  /**
   * What a process takes.
   *
   * @param memory after a collection
   * @param files open ones, connections included
   * @param threads how many
   */
  public record Footprint(Memory memory, int files, int threads) {}

  static Sample of(TestBed testBed, double seconds, double delivered, long backlog)
      throws InterruptedException {
    var processes = new LinkedHashMap<String, Footprint>();
    for (Map.Entry<String, Long> process : testBed.processes().entrySet()) {
      long pid = process.getValue();
      processes.put(
          process.getKey(),
          new Footprint(Memory.afterCollection(pid), CpuTime.files(pid), CpuTime.threads(pid)));
    }
    return new Sample(
        seconds, delivered, backlog, processes, testBed.stateBytes(), testBed.logBytes());
  }
}
