package dev.tidings.bench.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Memory;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** Writes results as a table for people, and as a line of JSON for programs. */
public final class Report {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final double[] CURVE = {
    0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 100
  };

  private Report() {}

  /** Creates a JSON object for results, which begins with the scenario and its options. */
  public static ObjectNode json(String scenario, Map<String, Object> conditions) {
    ObjectNode json = JSON.createObjectNode();
    json.put("scenario", scenario);
    conditions.forEach((name, value) -> json.set(name, JSON.valueToTree(value)));
    return json;
  }

  /** Adds a load's result to {@code json}. */
  public static void add(ObjectNode json, LoadResult result) {
    json.put("seconds", rounded(result.seconds()));
    json.put("offered", rounded(result.offered()));
    json.put("delivered", rounded(result.delivered()));
    add(json.putObject("accept"), result.accept());
    add(json.putObject("deliver"), result.deliver());
    result
        .uneven()
        .ifPresent(each -> {
          add(json.putObject("deliverHot"), each.hot());
          add(json.putObject("deliverOthers"), each.others());
        });
    add(json, result.counts());
    addProcessor(json, result.processor());
    json.put("otherCores", rounded(result.others() / 1e6));
    add(json, result.memory());
    ArrayNode backlog = json.putArray("backlog");
    result.backlog().forEach(backlog::add);
  }

  /** Adds the outcome of everything sent to {@code json}. */
  public static void add(ObjectNode json, Counts counts) {
    json.put("accepted", counts.accepted());
    json.put("refused", counts.refused());
    json.put("lost", counts.lost());
    json.put("repeated", counts.repeated());
    json.put("outOfOrder", counts.late());
    json.put("strangers", counts.strangers());
  }

  /** Adds the processor time for each notification, by process, to {@code json}. */
  public static void addProcessor(ObjectNode json, Map<String, Cpu> processor) {
    ObjectNode micros = json.putObject("cpuMicros");
    processor.forEach((name, cpu) -> micros.put(name, rounded(cpu.micros())));
    ObjectNode compiling = json.putObject("compilingMicros");
    processor.forEach((name, cpu) -> compiling.put(name, rounded(cpu.compiling())));
  }

  /** Adds the memory of processes to {@code json}. */
  public static void add(ObjectNode json, Map<String, Memory> memory) {
    ObjectNode live = json.putObject("liveHeap");
    memory.forEach((name, each) -> live.put(name, each.live()));
    ObjectNode resident = json.putObject("resident");
    memory.forEach((name, each) -> resident.put(name, each.resident()));
  }

  /** Adds percentiles and their curve to {@code json}, in milliseconds. */
  public static void add(ObjectNode json, Latencies latencies) {
    json.put("p50", rounded(latencies.millis(50)));
    json.put("p90", rounded(latencies.millis(90)));
    json.put("p99", rounded(latencies.millis(99)));
    json.put("p999", rounded(latencies.millis(99.9)));
    json.put("max", rounded(latencies.maxMillis()));
    ArrayNode curve = json.putArray("curve");
    for (double percentile : CURVE) {
      curve.addArray().add(percentile).add(rounded(latencies.millis(percentile)));
    }
  }

  /** Prints what is above the lines of {@link #latencies}. */
  public static void heading(PrintWriter out) {
    heading(out, "");
  }

  /** The same, with whose latencies they are. */
  public static void heading(PrintWriter out, String whose) {
    out.printf(
        Locale.ROOT,
        "%-22s %9s %9s %9s %9s %9s %9s%n",
        whose,
        "per s",
        "p50 ms",
        "p90",
        "p99",
        "p99.9",
        "max");
  }

  /** Prints a load's latencies until the devices had what was sent. */
  public static void delivered(PrintWriter out, String name, LoadResult result) {
    latencies(out, name, result.delivered(), result.deliver());
  }

  /** Prints a load's result. */
  public static void print(PrintWriter out, LoadResult result) {
    heading(out);
    latencies(out, "accepted by the log", result.offered(), result.accept());
    latencies(out, "at the device", result.delivered(), result.deliver());
    result
        .uneven()
        .ifPresent(each -> {
          latencies(out, "  at the hot one", perSecond(result, each.hot()), each.hot());
          latencies(out, "  at the others", perSecond(result, each.others()), each.others());
        });
    out.println();
    counts(out, result.counts());
    result.reasons().forEach((why, count) -> out.printf("  refused %d: %s%n", count, why));
    out.printf(
        Locale.ROOT,
        "backlog %d at the beginning, %d at the end, %d at most; others used %.2f cores%n%n",
        result.backlog().getFirst(),
        result.backlog().getLast(),
        result.backlog().stream().mapToLong(Long::longValue).max().orElse(0),
        result.others() / 1e6);
    processes(out, result.processor(), result.delivered(), result.memory());
  }

  /** Prints the outcome of everything sent. */
  public static void counts(PrintWriter out, Counts counts) {
    out.printf(
        "accepted %d, refused %d, lost %d, repeated %d, out of order %d, at the wrong device %d%n",
        counts.accepted(),
        counts.refused(),
        counts.lost(),
        counts.repeated(),
        counts.late(),
        counts.strangers());
  }

  /** Prints each process's processor time for a notification, and at that rate. */
  public static void processes(
      PrintWriter out, Map<String, Cpu> processor, double rate, Map<String, Memory> memory) {
    out.printf(
        Locale.ROOT,
        "%-22s %9s %9s %9s %9s %9s%n",
        "process",
        "CPU us",
        "compiling",
        "cores",
        "heap MiB",
        "RSS MiB");
    processor.forEach((name, cpu) -> process(out, name, cpu, rate, memory));
    out.flush();
  }

  private static void process(
      PrintWriter out, String name, Cpu cpu, double rate, Map<String, Memory> memory) {
    Memory own = memory.getOrDefault(name, new Memory(0, 0));
    out.printf(
        Locale.ROOT,
        "%-22s %9.1f %9.1f %9.2f %9.1f %9.1f%n",
        name,
        cpu.micros(),
        cpu.compiling(),
        cpu.micros() * rate / 1e6,
        own.live() / 1048576.0,
        own.resident() / 1048576.0);
  }

  /** Prints percentiles. */
  public static void latencies(PrintWriter out, String name, double rate, Latencies latencies) {
    out.printf(
        Locale.ROOT,
        "%-22s %9.0f %9.2f %9.2f %9.2f %9.2f %9.2f%n",
        name,
        rate,
        latencies.millis(50),
        latencies.millis(90),
        latencies.millis(99),
        latencies.millis(99.9),
        latencies.maxMillis());
  }

  private static double perSecond(LoadResult result, Latencies some) {
    return some.count() / result.seconds();
  }

  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
