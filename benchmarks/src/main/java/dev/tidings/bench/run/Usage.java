package dev.tidings.bench.run;

import dev.tidings.bench.measure.Processor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much processor time was used so far, in microseconds.
 *
 * @param byProcess by each process
 * @param machine by all of the machine
 */
record Usage(Map<String, Double> byProcess, double machine) {
  static Usage of(Map<String, Long> processes) {
    var all = new LinkedHashMap<String, Double>();
    processes.forEach((name, pid) -> all.put(name, Processor.micros(pid)));
    return new Usage(all, Processor.micros());
  }

  /** What was used since an earlier time. */
  Usage since(Usage before) {
    var all = new LinkedHashMap<String, Double>();
    byProcess.forEach(
        (name, micros) -> all.put(name, micros - before.byProcess.getOrDefault(name, 0.0)));
    return new Usage(all, machine - before.machine);
  }

  /** What others have used. */
  double others() {
    double ours = byProcess.values().stream().mapToDouble(Double::doubleValue).sum();
    return Math.max(0, machine - ours);
  }
}
