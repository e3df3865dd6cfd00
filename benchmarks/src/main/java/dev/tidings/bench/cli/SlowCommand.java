package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.device.DeviceSetup;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.Recipients;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Side;
import dev.tidings.bench.run.Slow;
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

/** Measures the effect of slow devices on the others. */
@Command(
    name = "slow",
    description =
        "Some devices confirm one notification in a while and are owed a lot: what the others"
            + " notice of it.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class SlowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.Rate.class,
      defaultValue = "1000",
      description =
          "Notifications a second to all the others together (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--slow",
      paramLabel = "PERCENT",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1",
      description = "How many of the devices are slow (default: ${DEFAULT-VALUE}).")
  private int slow;

  @Option(
      names = "--confirm-every",
      paramLabel = "S",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "10",
      description = "How often a slow device confirms one (default: ${DEFAULT-VALUE}).")
  private int confirmEvery;

  @Option(
      names = "--owed",
      paramLabel = "N",
      converter = Numbers.NotNegative.class,
      defaultValue = "600",
      description = "How many each slow device is owed (default: ${DEFAULT-VALUE}).")
  private int owed;

  @Option(
      names = "--owed-payload",
      paramLabel = "BYTES",
      converter = Numbers.PayloadBytes.class,
      defaultValue = "4096",
      description = "Bytes of the payload of each of those (default: ${DEFAULT-VALUE}).")
  private int owedPayload;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "3",
      description =
          "How many times; the last counts, and those before warm up what parking takes (default:"
              + " ${DEFAULT-VALUE}).")
  private int rounds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    int slowDevices = Math.max(1, (int) ((long) loadArguments.devices * slow / 100));
    loadArguments.devices -= slowDevices;
    try (TestBed testBed = siteArguments.start(progress)) {
      DeviceSetup setup = slowSetup(testBed);
      var recipients = new Recipients(testBed.tokens(setup::name, slowDevices, LoadArguments.APP));
      try (DeviceFleet others = loadArguments.connect(testBed);
          DeviceFleet slowOnes = loadArguments.connect(testBed, setup, slowDevices);
          Provider provider = loadArguments.logProvider(testBed, 0);
          Provider slowProvider =
              LoadArguments.logProvider(
                  testBed, recipients, owedPayload, KafkaCommand.BUSY_LINGER_MILLIS)) {
        progress.step(
            "%d devices are connected, and %d slow ones"
                .formatted(others.connected(), slowOnes.connected()));
        Slow.Result result =
            new Slow(loadArguments.load(rate, 0), owed, Duration.ofSeconds(confirmEvery), rounds)
                .run(
                    testBed,
                    new Side(others, provider),
                    new Side(slowOnes, slowProvider),
                    progress);
        print(out, result);
        slowOnes.refusals().forEach((why, count) -> out.printf("%d connections: %s%n", count, why));
        ObjectNode json = Report.json(spec.name(), conditions(slowDevices));
        add(json, result);
        outputArguments.write(out, json);
        return result.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
      }
    }
  }

  private DeviceSetup slowSetup(TestBed testBed) {
    DeviceSetup all = LoadArguments.setup(testBed);
    return all.of("slow-", all.app()).confirmingEvery(Duration.ofSeconds(confirmEvery).toMillis());
  }

  private static void print(PrintWriter out, Slow.Result result) {
    out.println();
    Report.heading(out, "the others");
    Report.delivered(out, "before", result.before());
    Report.delivered(out, "beside slow devices", result.beside());
    Report.delivered(out, "after", result.after());
    out.printf(
        Locale.ROOT,
        "p99 beside slow devices: %.2f times the mean of before and after%n%n",
        result.ratio());
    out.print("the others: ");
    Report.counts(out, result.after().counts());
    out.print("the slow ones: ");
    Report.counts(out, result.slow());
    out.printf(
        Locale.ROOT,
        "of %d owed to the slow ones %d were left; these took %.1f s, confirmed at once%n",
        result.owed(),
        result.left(),
        result.catchUpSeconds());
    Report.processes(
        out, result.beside().processor(), result.beside().delivered(), result.beside().memory());
  }

  private static void add(ObjectNode json, Slow.Result result) {
    Report.add(json.putObject("before"), result.before());
    Report.add(json.putObject("beside"), result.beside());
    Report.add(json.putObject("after"), result.after());
    json.put("ratio", result.ratio());
    json.put("owed", result.owed());
    json.put("left", result.left());
    json.put("catchUpSeconds", result.catchUpSeconds());
    Report.add(json.putObject("slow"), result.slow());
  }

  private Map<String, Object> conditions(int slowDevices) {
    var all = new LinkedHashMap<String, Object>();
    all.put("rate", rate);
    all.put("slowDevices", slowDevices);
    all.put("confirmEverySeconds", confirmEvery);
    all.put("owedEach", owed);
    all.put("owedPayload", owedPayload);
    all.put("rounds", rounds);
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
