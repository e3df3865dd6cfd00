package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Endurance;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Sample;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a steady rate over a long time, with devices that come and go. */
@Command(
    name = "endure",
    description =
        "Sends at a steady rate, from Kafka on, while devices go away and come back: whether"
            + " memory, open files, disks and the backlog stay as they are.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class EndureCommand implements Callable<Integer> {
  private static final double MEBI = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.Rate.class,
      defaultValue = "8000",
      description = "Notifications a second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "30",
      description = "How long (default: ${DEFAULT-VALUE}).")
  private int minutes;

  @Option(
      names = "--churn",
      paramLabel = "PERCENT",
      converter = Numbers.RateOrZero.class,
      defaultValue = "5",
      description = "Devices that go away each minute, in per cent (default: ${DEFAULT-VALUE}).")
  private double churn;

  @Option(
      names = "--away",
      paramLabel = "S",
      converter = Numbers.NotNegative.class,
      defaultValue = "3",
      description = "For how many seconds each of them does (default: ${DEFAULT-VALUE}).")
  private int away;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    try (TestBed testBed = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(testBed);
        Provider provider = loadArguments.logProvider(testBed, KafkaCommand.BUSY_LINGER_MILLIS)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      double perSecond = loadArguments.devices * churn / 100 / 60;
      Endurance.Result result =
          new Endurance(
                  rate,
                  perSecond,
                  Duration.ofSeconds(away),
                  Duration.ofSeconds(loadArguments.warmUp),
                  Duration.ofMinutes(minutes),
                  Duration.ofMinutes(1))
              .run(testBed, devices, provider, sample -> progress.step(line(sample)));
      print(out, result);
      ObjectNode json = Report.json(spec.name(), conditions());
      add(json, result);
      outputArguments.write(out, json);
      return result.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private static String line(Sample sample) {
    return String.format(
        Locale.ROOT,
        "%.0f/s, backlog %d, tables %.0f MiB, log %.0f MiB; heap/RSS MiB, files: %s",
        sample.delivered(),
        sample.backlog(),
        sample.stateBytes() / MEBI,
        sample.logBytes() / MEBI,
        sample.processes().entrySet().stream()
            .map(process -> line(process.getKey(), process.getValue()))
            .collect(Collectors.joining(", ")));
  }

  private static String line(String name, Sample.Footprint process) {
    return String.format(
        Locale.ROOT,
        "%s %.1f/%.0f, %d",
        name,
        process.memory().live() / MEBI,
        process.memory().resident() / MEBI,
        process.files());
  }

  private static void print(PrintWriter out, Endurance.Result result) {
    out.printf(
        Locale.ROOT,
        "%nat the device: p50 %.1f ms, p99 %.1f, p99.9 %.1f, max %.1f%n",
        result.latencies().millis(50),
        result.latencies().millis(99),
        result.latencies().millis(99.9),
        result.latencies().maxMillis());
    Report.counts(out, result.counts());
    out.printf("%d reconnections, %d leaks told%n", result.reconnections(), result.leaks());
    out.flush();
  }

  private static void add(ObjectNode json, Endurance.Result result) {
    Report.add(json.putObject("deliver"), result.latencies());
    Report.add(json, result.counts());
    json.put("reconnections", result.reconnections());
    json.put("leaks", result.leaks());
    ArrayNode samples = json.putArray("samples");
    for (Sample sample : result.samples()) {
      ObjectNode each = samples.addObject();
      each.put("seconds", Math.round(sample.seconds()));
      each.put("delivered", Math.round(sample.delivered()));
      each.put("backlog", sample.backlog());
      each.put("stateBytes", sample.stateBytes());
      each.put("logBytes", sample.logBytes());
      sample.processes().forEach((name, process) -> add(each.putObject(name), process));
    }
  }

  private static void add(ObjectNode json, Sample.Footprint process) {
    json.put("live", process.memory().live());
    json.put("resident", process.memory().resident());
    json.put("files", process.files());
    json.put("threads", process.threads());
  }

  private Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("rate", rate);
    all.put("minutes", minutes);
    all.put("churn", churn);
    all.put("away", away);
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
