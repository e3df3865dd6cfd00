package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Storm;
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

/** Measures a reconnection of all devices at once. */
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
      converter = Numbers.Rate.class,
      defaultValue = "500",
      description = "Notifications a second meanwhile (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "5",
      description = "How often (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    try (TestBed testBed = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(testBed);
        Provider provider = loadArguments.logProvider(testBed, 0)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      Storm.Result result =
          new Storm(rounds, rate, Duration.ofSeconds(loadArguments.warmUp))
              .run(testBed, devices, provider, round -> progress.step(line(devices.size(), round)));
      Report.counts(out, result.counts());
      devices.refusals().forEach((why, count) -> out.printf("%d connections: %s%n", count, why));
      ObjectNode json = Report.json(spec.name(), conditions());
      add(json, result);
      outputArguments.write(out, json);
      return result.counts().isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private static String line(int connections, Storm.Round round) {
    return String.format(
        Locale.ROOT,
        "%d connections cut: all back after %.2f s, caught up after %.2f s; cores: %s, others %.2f",
        connections,
        round.connectedSeconds(),
        round.caughtUpSeconds(),
        round.cores().entrySet().stream()
            .map(each ->
                String.format(Locale.ROOT, "%s %.2f", each.getKey(), each.getValue().micros()))
            .collect(Collectors.joining(", ")),
        round.others());
  }

  private static void add(ObjectNode json, Storm.Result result) {
    ArrayNode all = json.putArray("rounds");
    for (Storm.Round round : result.rounds()) {
      ObjectNode each = all.addObject();
      each.put("connectedSeconds", round.connectedSeconds());
      each.put("caughtUpSeconds", round.caughtUpSeconds());
      each.put("otherCores", round.others());
      ObjectNode cores = each.putObject("cores");
      round.cores().forEach((name, cpu) -> cores.put(name, cpu.micros()));
    }
    Report.add(json, result.counts());
  }

  private Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("rate", rate);
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
