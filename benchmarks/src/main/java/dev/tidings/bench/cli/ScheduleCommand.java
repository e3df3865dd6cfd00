package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.measure.Memory;
import dev.tidings.bench.provider.LogProvider;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Schedule;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures how late scheduled notifications are while many others are scheduled. */
@Command(
    name = "schedule",
    description =
        "Many notifications are scheduled for later, and others become due meanwhile; then"
            + " streams-processor is restarted twice, the second time without its state.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class ScheduleCommand implements Callable<Integer> {
  private static final Duration AHEAD = Duration.ofSeconds(5);

  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--waiting",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1000000",
      description =
          "Notifications that are scheduled for the next day (default: ${DEFAULT-VALUE}).")
  private int waiting;

  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "200",
      description = "Notifications that become due a second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    try (TestBed testBed = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(testBed);
        LogProvider provider = loadArguments.scheduler(testBed)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      Schedule.Result result =
          new Schedule(
                  waiting,
                  rate,
                  AHEAD,
                  Duration.ofSeconds(loadArguments.warmUp),
                  Duration.ofSeconds(loadArguments.seconds))
              .run(testBed, devices, provider, progress);
      print(out, result);
      ObjectNode json = Report.json(spec.name(), conditions());
      add(json, result);
      outputArguments.write(out, json);
      // After a restart, what was due meanwhile is in no order.
      return result.counts().lost() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private void print(PrintWriter out, Schedule.Result result) {
    out.printf(
        Locale.ROOT,
        "%n%d scheduled in %.1f s: state %.0f MiB; heap %.1f MiB (%.1f before), RSS %.0f MiB (%.0f"
            + " before)%n",
        waiting,
        result.fillSeconds(),
        mebibytes(result.stateBytes()),
        mebibytes(result.full().live()),
        mebibytes(result.empty().live()),
        mebibytes(result.full().resident()),
        mebibytes(result.empty().resident()));
    Report.heading(out);
    Report.latencies(out, "late at the device", rate, result.late());
    print(out, "restart", result.ofDisk());
    print(out, "restart without state", result.ofLog());
    Report.counts(out, result.counts());
  }

  private static void print(PrintWriter out, String name, Schedule.Return back) {
    out.printf(
        Locale.ROOT,
        "%s: first arrival after %.2f s (processor %.2f s), all that was due after %.2f s%n",
        name,
        back.first(),
        back.processor(),
        back.all());
  }

  private static double mebibytes(long bytes) {
    return bytes / 1048576.0;
  }

  private static void add(ObjectNode json, Schedule.Result result) {
    json.put("fillSeconds", result.fillSeconds());
    json.put("stateBytes", result.stateBytes());
    Report.add(json.putObject("late"), result.late());
    add(json.putObject("restart"), result.ofDisk());
    add(json.putObject("restartWithoutState"), result.ofLog());
    Report.add(json, result.counts());
    Report.add(json, Map.<String, Memory>of("empty", result.empty(), "full", result.full()));
  }

  private static void add(ObjectNode json, Schedule.Return back) {
    json.put("firstSeconds", back.first());
    json.put("seconds", back.all());
    json.put("processorSeconds", back.processor());
  }

  private Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("waiting", waiting);
    all.put("rate", rate);
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
