package dev.tidings.bench.run;

import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.measure.CpuTime;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The processor time used so far, in microseconds.
 *
 * @param byProcess by each process
 * @param machine by the whole machine
 */
record Usage(Map<String, Cpu> byProcess, double machine) {
  static Usage of(Map<String, Long> processes) {
    var all = new LinkedHashMap<String, Cpu>();
    processes.forEach((name, pid) -> all.put(name, CpuTime.of(pid)));
    return new Usage(all, CpuTime.micros());
  }

  /** Returns what was used since an earlier time. */
  Usage since(Usage before) {
    var all = new LinkedHashMap<String, Cpu>();
    byProcess.forEach(
        (name, cpu) -> all.put(name, cpu.since(before.byProcess.getOrDefault(name, Cpu.NONE))));
    return new Usage(all, machine - before.machine);
  }

  /** Returns each process's time divided by a number. */
  Map<String, Cpu> each(long count) {
    var all = new LinkedHashMap<String, Cpu>();
    byProcess.forEach((name, cpu) -> all.put(name, cpu.each((double) count)));
    return all;
  }

  /** Returns what other programs have used. */
  double others() {
    double ours = byProcess.values().stream().mapToDouble(Cpu::micros).sum();
    return Math.max(0, machine - ours);
  }
}
