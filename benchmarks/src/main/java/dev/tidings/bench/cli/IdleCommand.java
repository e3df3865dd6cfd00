package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.run.Idle;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the memory of a connected, idle device. */
@Command(
    name = "idle",
    description = "Connects and registers devices and looks at the memory that each one takes.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class IdleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--devices",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      split = ",",
      defaultValue = "1000,5000,10000",
      description =
          "How many devices there are when memory is looked at, rising; above 19,000 it takes"
              + " several nodes (default: ${DEFAULT-VALUE}).")
  private List<Integer> devices;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    Path logs = Files.createTempDirectory("tidings-devices-");
    try (TestBed testBed = siteArguments.start(progress)) {
      List<Idle.Step> steps = new Idle(devices, LoadArguments.APP).run(testBed, logs, progress);
      print(out, steps);
      ObjectNode json = Report.json(spec.name(), siteArguments.conditions());
      ArrayNode all = json.putArray("steps");
      steps.forEach(step -> add(all.addObject(), step));
      outputArguments.write(out, json);
      return ExitCode.OK;
    } finally {
      TestBed.delete(logs);
    }
  }

  private static void print(PrintWriter out, List<Idle.Step> steps) {
    out.printf("%nbytes for each device, live heap / RSS%n");
    out.printf("%9s %11s", "devices", "connects/s");
    List<String> services = List.copyOf(steps.getFirst().live().keySet());
    services.forEach(service -> out.printf(" %19s", service));
    out.println();
    for (Idle.Step step : steps) {
      out.printf(Locale.ROOT, "%9d %11.0f", step.devices(), step.perSecond());
      for (String service : services) {
        out.printf(
            Locale.ROOT,
            " %9.0f /%8.0f",
            step.live().getOrDefault(service, 0.0),
            step.resident().getOrDefault(service, 0.0));
      }
      out.println();
    }
    out.flush();
  }

  private static void add(ObjectNode json, Idle.Step step) {
    json.put("devices", step.devices());
    json.put("connectsPerSecond", step.perSecond());
    ObjectNode live = json.putObject("livePerDevice");
    step.live().forEach(live::put);
    ObjectNode resident = json.putObject("residentPerDevice");
    step.resident().forEach(resident::put);
    Report.add(json, step.memory());
  }
}
