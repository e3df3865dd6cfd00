package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.floor.FloorResult;
import dev.tidings.bench.floor.PipeFloor;
import dev.tidings.bench.floor.PushFloor;
import dev.tidings.bench.measure.Cpu;
import dev.tidings.bench.run.Load;
import dev.tidings.bench.run.LoadResult;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for measuring the floor as well, and the comparison with the pipeline. */
final class FloorArguments {
  /** The limit of this process's open files, less those that are not connections of devices. */
  private static final int MOST_CONNECTIONS = 19_500;

  @Option(
      names = "--floor",
      description =
          "Measures, before the pipeline, what nothing made of the same parts could be faster than:"
              + " a bare pipe of two hops through Kafka Streams and a bare push over Netty, under"
              + " the same load, beside the same broker and the connected devices.")
  boolean wanted;

  @Option(
      names = "--floor-seconds",
      paramLabel = "S",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "20",
      description = "Seconds of each that count (default: ${DEFAULT-VALUE}).")
  int seconds;

  /**
   * The results of both.
   *
   * @param closed whether both ran as fast as they could
   */
  record Floors(FloorResult pipe, FloorResult push, boolean closed) {}

  Optional<Floors> measure(
      TestBed testBed,
      SiteArguments siteArguments,
      LoadArguments loadArguments,
      Load load,
      Stopwatch say)
      throws IOException, InterruptedException {
    if (!wanted) {
      return Optional.empty();
    }
    List<String> jvmOptions = SiteArguments.words(siteArguments.jvm);
    Path directory = Files.createTempDirectory("tidings-floor-");
    try {
      say.step("floor: a pipe of two hops");
      FloorResult pipe =
          new PipeFloor(
                  testBed.pipeline().stack().bootstrapServers(),
                  siteArguments.partitions,
                  loadArguments.devices,
                  loadArguments.payload,
                  load.rate() > 0 ? 0 : KafkaCommand.BUSY_LINGER_MILLIS)
              .measure(
                  load.rate(),
                  load.window(),
                  load.warmUp(),
                  Duration.ofSeconds(seconds),
                  jvmOptions,
                  directory);
      say.step("floor: a bare push");
      int devices =
          Math.max(1, Math.min(loadArguments.devices, MOST_CONNECTIONS - loadArguments.devices));
      FloorResult push =
          new PushFloor(devices, loadArguments.payload)
              .measure(
                  load.rate(),
                  load.window(),
                  load.warmUp(),
                  Duration.ofSeconds(seconds),
                  jvmOptions,
                  directory);
      return Optional.of(new Floors(pipe, push, load.rate() == 0));
    } finally {
      TestBed.delete(directory);
    }
  }

  static void print(PrintWriter out, Floors floors, LoadResult result) {
    out.println();
    Report.latencies(out, "floor: pipe", floors.pipe().rate(), floors.pipe().latencies());
    Report.latencies(out, "floor: push", floors.push().rate(), floors.push().latencies());
    out.printf(
        Locale.ROOT,
        "%-22s %8.2fx %8.2fx %8.2fx %8.2fx %8.2fx%n",
        "at the device / pipe",
        ratio(result.delivered(), floors.pipe().rate()),
        ratio(result, floors.pipe(), 50),
        ratio(result, floors.pipe(), 90),
        ratio(result, floors.pipe(), 99),
        ratio(result, floors.pipe(), 99.9));
    out.printf(
        Locale.ROOT,
        "%-22s %8.2fx %8.2fx %8.2fx %8.2fx %8.2fx%n",
        "at the device / both",
        ratio(result.delivered(), both(floors)),
        ratio(result, floors, 50),
        ratio(result, floors, 90),
        ratio(result, floors, 99),
        ratio(result, floors, 99.9));
    out.printf(
        Locale.ROOT,
        "CPU us of the floor: pipe %.1f, push %.1f; streams-processor %.2fx, delivery-node %.2fx%n",
        floors.pipe().processor(),
        floors.push().processor(),
        ratio(micros(result, "streams-processor"), floors.pipe().processor()),
        ratio(micros(result, "delivery-node"), floors.push().processor()));
    out.flush();
  }

  private static double micros(LoadResult result, String process) {
    return result.processor().getOrDefault(process, Cpu.NONE).micros();
  }

  static void add(ObjectNode json, Floors floors, LoadResult result) {
    ObjectNode floor = json.putObject("floor");
    add(floor.putObject("pipe"), floors.pipe());
    add(floor.putObject("push"), floors.push());
    ObjectNode ratios = json.putObject("ratio");
    ratios.put("rate", ratio(result.delivered(), both(floors)));
    for (double percentile : new double[] {50, 90, 99, 99.9}) {
      String name = "p" + Double.toString(percentile).replace(".0", "").replace(".", "");
      ratios.put(name, ratio(result, floors, percentile));
      ratios.put(name + "Pipe", ratio(result, floors.pipe(), percentile));
    }
  }

  private static void add(ObjectNode json, FloorResult floor) {
    json.put("rate", floor.rate());
    Report.add(json, floor.latencies());
    json.put("cpuMicros", floor.processor());
  }

  /** Two stages that share the cores take the sum of their times. */
  private static double both(Floors floors) {
    if (!floors.closed()) {
      return Math.min(floors.pipe().rate(), floors.push().rate());
    }
    return 1 / (1 / floors.pipe().rate() + 1 / floors.push().rate());
  }

  private static double ratio(LoadResult result, FloorResult floor, double percentile) {
    return ratio(result.deliver().millis(percentile), floor.latencies().millis(percentile));
  }

  /** Compared with the sum of both, which is an estimate for percentiles. */
  private static double ratio(LoadResult result, Floors floors, double percentile) {
    return ratio(
        result.deliver().millis(percentile),
        floors.pipe().latencies().millis(percentile)
            + floors.push().latencies().millis(percentile));
  }

  private static double ratio(double value, double floor) {
    return floor == 0 ? 0 : Math.round(1000 * value / floor) / 1000.0;
  }
}
