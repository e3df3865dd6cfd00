package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Site;
import dev.tidings.bench.run.Storm;
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

/** All connections end at once. */
@Command(
    name = "storm",
    description =
        "Cuts all connections at once, under load: how long it takes until all devices are back and"
            + " have what they missed.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class StormCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "500",
      description = "Notifications a second meanwhile (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    try (Site site = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(site);
        Provider provider = loadArguments.logProvider(site, 0)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      Storm.Result result =
          new Storm(rate, Duration.ofSeconds(loadArguments.warmUp)).run(site, devices, provider);
      out.printf(
          Locale.ROOT,
          "%n%d connections cut: all back after %.2f s, caught up after %.2f s%n",
          devices.size(),
          result.connectedSeconds(),
          result.caughtUpSeconds());
      out.printf(
          "accepted %d, lost %d, repeated %d, out of order %d%n",
          result.accepted(), result.lost(), result.repeated(), result.late());
      devices.refusals().forEach((why, count) -> out.printf("%d connections: %s%n", count, why));
      result
          .cores()
          .forEach((name, cores) -> out.printf(Locale.ROOT, "%-22s %.2f cores%n", name, cores));
      out.printf(Locale.ROOT, "%-22s %.2f cores%n", "others", result.others());
      ObjectNode json = Report.json(spec.name(), conditions());
      add(json, result);
      outputArguments.write(out, json);
      return result.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private static void add(ObjectNode json, Storm.Result result) {
    json.put("connectedSeconds", result.connectedSeconds());
    json.put("caughtUpSeconds", result.caughtUpSeconds());
    json.put("accepted", result.accepted());
    json.put("lost", result.lost());
    json.put("repeated", result.repeated());
    json.put("outOfOrder", result.late());
    json.put("otherCores", result.others());
    ObjectNode cores = json.putObject("cores");
    result.cores().forEach(cores::put);
  }

  private Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("rate", rate);
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
