package dev.tidings.bench.plot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Draws runs.
 *
 * @param runs the lines of JSON that they have printed, oldest first
 */
public record Plots(List<JsonNode> runs) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The percentiles that are marked. */
  private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 99.99};

  /** Reads files of lines of JSON; other lines are ignored. */
  public static Plots read(List<Path> files) throws IOException {
    var runs = new ArrayList<JsonNode>();
    for (Path file : files) {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("{\"scenario\"")) {
          runs.add(JSON.readTree(line));
        }
      }
    }
    return new Plots(runs);
  }

  /** Draws everything for which there are results; by file name. */
  public Map<String, String> draw() {
    var all = new LinkedHashMap<String, String>();
    latency().ifPresent(drawn -> all.put("latency.svg", drawn));
    throughput().ifPresent(drawn -> all.put("throughput.svg", drawn));
    processor().ifPresent(drawn -> all.put("cpu.svg", drawn));
    return all;
  }

  /** Latency over percentiles, one curve for each run at a rate, and one for its floor. */
  private Optional<String> latency() {
    var curves = new LinkedHashMap<String, JsonNode>();
    for (JsonNode run : runs) {
      if (run.has("rate") && run.has("deliver")) {
        curves.put(title(run), run.path("deliver").path("curve"));
        if (run.has("floor")) {
          curves.put("floor, " + rate(run), run.path("floor").path("pipe").path("curve"));
        }
      }
    }
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    double least = Double.MAX_VALUE;
    double most = 0;
    for (JsonNode curve : curves.values()) {
      for (JsonNode point : curve) {
        least = Math.min(least, Math.max(0.05, point.path(1).asDouble()));
        most = Math.max(most, point.path(1).asDouble());
      }
    }
    Axis left = Axis.logarithmic("milliseconds", least, most);
    Axis bottom = percentiles();
    var svg = new Svg("From a provider's request to the device");
    svg.bottom(bottom);
    svg.left(left);
    int number = 0;
    for (Map.Entry<String, JsonNode> curve : curves.entrySet()) {
      var points = new ArrayList<double[]>();
      for (JsonNode point : curve.getValue()) {
        double percentile = point.path(0).asDouble();
        if (percentile < 100) {
          points.add(
              new double[] {bottom.place(rest(percentile)), left.place(point.path(1).asDouble())});
        }
      }
      svg.curve(points, Svg.colour(number));
      svg.legend(curve.getKey(), Svg.colour(number++));
    }
    return Optional.of(svg.finish());
  }

  /** Distributes percentiles by the share beyond them. */
  private static Axis percentiles() {
    var ticks = new ArrayList<Axis.Tick>();
    for (double percentile : PERCENTILES) {
      ticks.add(new Axis.Tick(rest(percentile), Axis.text(percentile)));
    }
    return new Axis(
        "percentile",
        Axis.Scale.LOGARITHMIC,
        ticks.getFirst().value(),
        ticks.getLast().value(),
        ticks);
  }

  private static double rest(double percentile) {
    return 100 / (100 - percentile);
  }

  /** Throughput over devices, a curve for each scenario without a rate. */
  private Optional<String> throughput() {
    var curves = new LinkedHashMap<String, TreeMap<Double, Double>>();
    double fewest = Double.MAX_VALUE;
    double most = 0;
    double fastest = 0;
    for (JsonNode run : runs) {
      if (run.has("window") && run.has("delivered")) {
        double devices = run.path("devices").asDouble();
        double rate = run.path("delivered").asDouble();
        curves
            .computeIfAbsent(run.path("scenario").asText(), key -> new TreeMap<>())
            .put(devices, rate);
        fewest = Math.min(fewest, devices);
        most = Math.max(most, devices);
        fastest = Math.max(fastest, rate);
      }
    }
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    Axis bottom = Axis.logarithmic("connected devices", fewest, most);
    Axis left = Axis.linear("notifications a second", fastest);
    var svg = new Svg("As fast as devices confirm");
    svg.bottom(bottom);
    svg.left(left);
    int number = 0;
    for (Map.Entry<String, TreeMap<Double, Double>> curve : curves.entrySet()) {
      var points = new ArrayList<double[]>();
      curve
          .getValue()
          .forEach((devices, rate) ->
              points.add(new double[] {bottom.place(devices), left.place(rate)}));
      svg.curve(points, Svg.colour(number));
      svg.legend(curve.getKey(), Svg.colour(number++));
    }
    return Optional.of(svg.finish());
  }

  /** Processor time for a notification, a bar for each run. */
  private Optional<String> processor() {
    List<JsonNode> shown = runs.stream().filter(run -> run.has("cpuMicros")).toList();
    if (shown.isEmpty()) {
      return Optional.empty();
    }
    Set<String> processes = new LinkedHashSet<>();
    double most = 0;
    for (JsonNode run : shown) {
      double sum = 0;
      for (Map.Entry<String, JsonNode> each : run.path("cpuMicros").properties()) {
        processes.add(each.getKey());
        sum += each.getValue().asDouble();
      }
      most = Math.max(most, sum);
    }
    Axis left = Axis.linear("microseconds a notification", most);
    var svg = new Svg("Processor time by process");
    svg.left(left);
    double width = 1.0 / shown.size();
    for (int i = 0; i < shown.size(); i++) {
      double bottom = 0;
      int number = 0;
      for (String process : processes) {
        double micros = shown.get(i).path("cpuMicros").path(process).asDouble();
        svg.bar(
            (i + 0.2) * width,
            (i + 0.8) * width,
            left.place(bottom),
            left.place(bottom + micros),
            Svg.colour(number++));
        bottom += micros;
      }
      svg.below((i + 0.5) * width, title(shown.get(i)));
    }
    int number = 0;
    for (String process : processes) {
      svg.legend(process, Svg.colour(number++));
    }
    return Optional.of(svg.finish());
  }

  private static String title(JsonNode run) {
    String scenario = run.path("scenario").asText();
    return run.has("rate") ? scenario + ", " + rate(run) : scenario;
  }

  private static String rate(JsonNode run) {
    return String.format(Locale.ROOT, "%,.0f/s", run.path("rate").asDouble());
  }
}
