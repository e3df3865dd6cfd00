package dev.tidings.bench.run;

import dev.tidings.bench.measure.CpuTime;
import dev.tidings.bench.measure.Memory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of a run at one time.
 *
 * @param seconds since the start
 * @param delivered notifications a second since the previous sample
 * @param backlog notifications that were sent and have not arrived
 * @param processes by name
 * @param stateBytes the size of the services' tables on disk (RocksDB)
 * @param logBytes the size of the broker's log
 */
public record Sample(
    double seconds,
    double delivered,
    long backlog,
    Map<String, Footprint> processes,
    long stateBytes,
    long logBytes) {

  /**
   * The resources of a process.
   *
   * @param memory after a collection
   * @param files open files, including connections
   * @param threads the number of threads
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
