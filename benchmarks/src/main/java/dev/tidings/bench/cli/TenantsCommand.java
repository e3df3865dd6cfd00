package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.device.DeviceSetup;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.PushProvider;
import dev.tidings.bench.provider.Recipients;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Side;
import dev.tidings.bench.run.Tenant;
import dev.tidings.bench.run.Tenants;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the effect of one team's flood on another team. */
@Command(
    name = "tenants",
    description =
        "Two teams, with keys; one sends many times what its limit allows: what the other notices"
            + " of it.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class TenantsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1000",
      description =
          "Notifications a second that one team sends, and that the other may send (default:"
              + " ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--flood",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "10",
      description =
          "How many times as many the other team sends in its flood (default: ${DEFAULT-VALUE}).")
  private int factor;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    siteArguments.settings =
        Stream.concat(siteArguments.settings.stream(), Stream.of("ingest-api:auth.providers=keys"))
            .toList();
    try (TestBed testBed = siteArguments.start(progress)) {
      Tenant quiet = Tenant.make(testBed, "QUIET00000", "com.example.quiet", 0);
      Tenant loud = Tenant.make(testBed, "LOUD000000", "com.example.loud", rate);
      DeviceSetup quietSetup = setup(testBed, "quiet-", quiet);
      DeviceSetup loudSetup = setup(testBed, "loud-", loud);
      int half = Math.max(1, loadArguments.devices / 2);
      try (DeviceFleet quietDevices = loadArguments.connect(testBed, quietSetup, half);
          DeviceFleet loudDevices = loadArguments.connect(testBed, loudSetup, half);
          Provider quietProvider = provider(testBed, quietSetup, quiet, half);
          Provider loudProvider = provider(testBed, loudSetup, loud, half)) {
        progress.step("%d devices of each team are connected".formatted(half));
        Tenants.Result result =
            new Tenants(loadArguments.load(rate, 0), rate, factor)
                .run(
                    testBed,
                    new Side(quietDevices, quietProvider),
                    new Side(loudDevices, loudProvider),
                    progress);
        print(out, result);
        ObjectNode json = Report.json(spec.name(), conditions());
        add(json, result);
        outputArguments.write(out, json);
        return result.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
      }
    }
  }

  private static DeviceSetup setup(TestBed testBed, String prefix, Tenant tenant) {
    return LoadArguments.setup(testBed).of(prefix, tenant.app());
  }

  private Provider provider(TestBed testBed, DeviceSetup setup, Tenant tenant, int devices)
      throws InterruptedException {
    return new PushProvider(
        testBed.ingest(),
        tenant.app(),
        Optional.of(tenant.authorization()),
        new Recipients(testBed.tokens(setup::name, devices, tenant.app())),
        loadArguments.connections,
        loadArguments.payload);
  }

  private static void print(PrintWriter out, Tenants.Result result) {
    out.println();
    Report.heading(out, "one team");
    Report.delivered(out, "alone", result.before());
    Report.delivered(out, "beside another", result.beside());
    Report.delivered(out, "beside its flood", result.flooded());
    Report.delivered(out, "alone again", result.after());
    out.printf(
        Locale.ROOT,
        "p99 beside the flood: %.2f times the mean of both alone%n"
            + "the flood: %.0f a second, of which %.0f were accepted%n%n",
        result.ratio(),
        result.floodPerSecond(),
        result.floodAccepted());
    out.print("one team: ");
    Report.counts(out, result.after().counts());
    out.print("the other: ");
    Report.counts(out, result.loud());
    Report.processes(
        out, result.flooded().processor(), result.flooded().delivered(), result.flooded().memory());
  }

  private static void add(ObjectNode json, Tenants.Result result) {
    Report.add(json.putObject("before"), result.before());
    Report.add(json.putObject("beside"), result.beside());
    Report.add(json.putObject("flooded"), result.flooded());
    Report.add(json.putObject("after"), result.after());
    json.put("ratio", result.ratio());
    json.put("floodPerSecond", result.floodPerSecond());
    json.put("floodAccepted", result.floodAccepted());
    Report.add(json.putObject("loud"), result.loud());
  }

  private Map<String, Object> conditions() {
    var all = new LinkedHashMap<String, Object>();
    all.put("rate", rate);
    all.put("flood", factor);
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
