package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.cli.FloorArguments.Floors;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.run.Load;
import dev.tidings.bench.run.LoadResult;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A scenario that sends notifications to connected devices. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
abstract class LoadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private FloorArguments floorArguments;
  @Mixin private OutputArguments outputArguments;

  /** The provider of this scenario. */
  abstract Provider provider(TestBed testBed, LoadArguments arguments)
      throws InterruptedException, IOException;

  /** The load of this scenario. */
  abstract Load load(LoadArguments arguments);

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    try (TestBed testBed = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(testBed);
        Provider provider = provider(testBed, loadArguments)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      Load load = load(loadArguments);
      Optional<Floors> floors =
          floorArguments.measure(testBed, siteArguments, loadArguments, load, progress);
      progress.step(
          String.format(
              Locale.ROOT,
              "%s for %d s, after %d s that do not count",
              load.rate() > 0 ? "%.0f/s".formatted(load.rate()) : "window of " + load.window(),
              load.duration().toSeconds(),
              load.warmUp().plus(load.rate() > 0 ? load.settle() : Duration.ZERO).toSeconds()));
      long parkedBefore = testBed.parked();
      LoadResult result = load.run(testBed.processes(), devices, provider);
      out.println();
      Report.print(out, result);
      long parked = testBed.parked() - parkedBefore;
      out.printf("parked on the way: %d%n", parked);
      floors.ifPresent(measured -> FloorArguments.print(out, measured, result));
      devices.refusals().forEach((why, count) -> out.printf("%d connections: %s%n", count, why));
      ObjectNode json = Report.json(spec.name(), conditions(load));
      Report.add(json, result);
      json.put("parked", parked);
      floors.ifPresent(measured -> FloorArguments.add(json, measured, result));
      outputArguments.write(out, json);
      return result.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private Map<String, Object> conditions(Load load) {
    var all = new LinkedHashMap<String, Object>();
    if (load.rate() > 0) {
      all.put("rate", load.rate());
    } else {
      all.put("window", load.window());
    }
    all.putAll(loadArguments.conditions());
    all.putAll(siteArguments.conditions());
    return all;
  }
}
