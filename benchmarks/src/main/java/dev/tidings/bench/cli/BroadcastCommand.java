package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.BroadcastProvider;
import dev.tidings.bench.provider.Provider;
import dev.tidings.bench.provider.TopicMembers;
import dev.tidings.bench.run.Broadcast;
import dev.tidings.bench.run.Report;
import dev.tidings.bench.run.Side;
import dev.tidings.bench.run.TestBed;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a broadcast to very many devices, and its effect on single notifications. */
@Command(
    name = "broadcast",
    description =
        "A topic with very many subscribers, of whom --devices are connected: how long a broadcast"
            + " takes, and what single notifications notice of it.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class BroadcastCommand implements Callable<Integer> {
  private static final int REHEARSED = 20;

  @Spec private CommandSpec spec;
  @Mixin private SiteArguments siteArguments;
  @Mixin private LoadArguments loadArguments;
  @Mixin private OutputArguments outputArguments;

  @Option(
      names = "--subscribers",
      paramLabel = "N",
      converter = Numbers.AtLeastOne.class,
      defaultValue = "1000000",
      description =
          "Devices that have joined the topic, the connected ones among them (default:"
              + " ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--rate",
      paramLabel = "R",
      converter = Numbers.Rate.class,
      defaultValue = "1000",
      description =
          "Single notifications a second to the connected devices (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var progress = new Stopwatch(out);
    int all = Math.max(subscribers, loadArguments.devices);
    try (TestBed testBed = siteArguments.start(progress);
        DeviceFleet devices = loadArguments.connect(testBed)) {
      return measure(out, progress, all, testBed, devices);
    }
  }

  private int measure(
      PrintWriter out, Stopwatch progress, int all, TestBed testBed, DeviceFleet devices)
      throws IOException, InterruptedException {
    Optional<String> authorization = LoadArguments.authorization(testBed);
    try (Provider provider = loadArguments.pushProvider(testBed, authorization);
        var broadcasts =
            new BroadcastProvider(
                testBed.ingest(), LoadArguments.APP, authorization, loadArguments.payload)) {
      progress.step("%d devices are connected".formatted(devices.connected()));
      var broadcast =
          new Broadcast(
              loadArguments.load(rate, 0), all, Math.max(loadArguments.devices, all / REHEARSED));
      join(testBed, Broadcast.REHEARSAL, broadcast.rehearsal());
      join(testBed, Broadcast.EVERYBODY, all);
      Broadcast.awaitJoined(testBed);
      progress.step("%d devices have joined".formatted(all));
      Broadcast.Result result =
          broadcast.run(testBed, new Side(devices, provider), broadcasts, progress);
      print(out, all, result);
      ObjectNode json = Report.json(spec.name(), conditions(all));
      add(json, result);
      outputArguments.write(out, json);
      return result.isClean(all) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
  }

  private static void join(TestBed testBed, String topic, int count) {
    new TopicMembers(
            testBed.pipeline().stack().bootstrapServers(),
            testBed.pipeline().stack().registryUrl(),
            LoadArguments.APP)
        .join(
            topic,
            LoadArguments.setup(testBed)::name,
            testBed.tokens(LoadArguments.setup(testBed)::name, count, LoadArguments.APP));
  }

  private static void print(PrintWriter out, int all, Broadcast.Result result) {
    out.println();
    Report.heading(out);
    Report.delivered(out, "before", result.before());
    Report.delivered(out, "beside a broadcast", result.beside());
    Report.delivered(out, "after", result.after());
    out.printf(
        Locale.ROOT,
        "p99 beside the broadcast: %.2f times the mean of before and after%n"
            + "the broadcast: %d of %d sent in %.1f s (%.0f/s), at all connected devices after"
            + " %.1f s, parked for all others after %.1f s%n%n",
        result.ratio(),
        result.times().sent(),
        all,
        result.times().completed(),
        result.times().sent() / result.times().completed(),
        result.times().arrived(),
        result.times().parked());
    if (result.endedEarly()) {
      out.printf(
          "the broadcast ended before the load beside it (expected: after it): the ratio says"
              + " little%n%n");
    }
    Report.counts(out, result.after().counts());
    Report.processes(
        out, result.beside().processor(), result.beside().delivered(), result.beside().memory());
  }

  private static void add(ObjectNode json, Broadcast.Result result) {
    Report.add(json.putObject("before"), result.before());
    Report.add(json.putObject("beside"), result.beside());
    Report.add(json.putObject("after"), result.after());
    json.put("ratio", result.ratio());
    json.put("completedSeconds", result.times().completed());
    json.put("arrivedSeconds", result.times().arrived());
    json.put("parkedSeconds", result.times().parked());
    json.put("sent", result.times().sent());
    json.put("endedEarly", result.endedEarly());
    Report.add(json, result.after().counts());
  }

  private Map<String, Object> conditions(int all) {
    var conditions = new LinkedHashMap<String, Object>();
    conditions.put("subscribers", all);
    conditions.put("rate", rate);
    conditions.putAll(loadArguments.conditions());
    conditions.putAll(siteArguments.conditions());
    return conditions;
  }
}
