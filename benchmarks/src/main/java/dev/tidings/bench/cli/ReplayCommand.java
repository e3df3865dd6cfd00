package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Replay;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Restart;
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

/** Measures the return of devices that have missed notifications. */
@Command(
    name = "replay",
    description =
        "All devices are away and miss notifications; then all come back at once, and what they"
            + " missed is delivered.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class ReplayCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--pending",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "10",
      description = "Notifications that each device misses (default: ${DEFAULT-VALUE}).")
  private int pending;

  @Option(
      names = "--rehearsals",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      defaultValue = "2",
      description =
          "How often the devices are away and come back before that, with nothing restarted"
              + " (default: ${DEFAULT-VALUE}).")
  private int rehearsals;

  @Option(
      names = "--restart",
      paramLabel = "WHAT",
      defaultValue = "FULL",
      description = {
        "What is restarted meanwhile (default: ${DEFAULT-VALUE}):",
        "FULL: broker and services, in order;",
        "STATE: the delivery nodes, which have their state on disk;",
        "CHANGELOG: the delivery nodes, which have lost it;",
        "STANDBY: one delivery node is killed, and others take over (--nodes 2 or more);",
        "NONE: nothing."
      })
  private Restart restart;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    try (TestBed testBed = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(testBed);
        Provider provider = loadArguments.logProvider(testBed, KafkaCommand.BUSY_LINGER_MILLIS)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      Replay.Result result =
          new Replay(
                  pending,
                  rehearsals,
                  restart,
                  Duration.ofSeconds(loadArguments.warmUp),
                  !loadArguments.noMemory)
              .run(testBed, devices, provider, progress);
      print(out, result);
      ObjectNode json = Report.json(spec.name(), conditions());
      add(json, result);
      outputArguments.write(out, json);
      return result.counts().isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private static void print(PrintWriter out, Replay.Result result) {
    out.printf(
        Locale.ROOT,
        "%n%d notifications: parked %.0f/s, restart %.2f s%n",
        result.parked(),
        result.parked() / result.parkSeconds(),
        result.restartSeconds());
    out.printf(
        Locale.ROOT,
        "devices back: all connected after %.2f s, first arrival after %.2f s, last after %.2f s:"
            + " %.0f/s%n",
        result.connectedSeconds(),
        result.firstSeconds(),
        result.seconds(),
        result.rate());
    Report.counts(out, result.counts());
    Report.processes(out, result.processor(), result.rate(), result.memory());
  }

  private static void add(ObjectNode json, Replay.Result result) {
    json.put("parked", result.parked());
    json.put("parkedPerSecond", result.parked() / result.parkSeconds());
    json.put("restartSeconds", result.restartSeconds());
    json.put("connectedSeconds", result.connectedSeconds());
    json.put("firstSeconds", result.firstSeconds());
    json.put("seconds", result.seconds());
    json.put("perSecond", result.rate());
    Report.add(json, result.counts());
    json.put("otherCores", result.others());
    Report.addProcessor(json, result.processor());
    Report.add(json, result.memory());
  }

  private Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("pending", pending);
    all.put("rehearsals", rehearsals);
    all.put("restart", restart.toString());
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
