package dev.tidings.infra.cli;

import dev.tidings.infra.chaos.Access;
import dev.tidings.infra.chaos.Conditions;
import dev.tidings.infra.chaos.Experiment;
import dev.tidings.infra.chaos.Fault;
import dev.tidings.infra.chaos.FaultKind;
import dev.tidings.infra.chaos.FaultReport;
import dev.tidings.infra.chaos.Faults;
import dev.tidings.infra.chaos.Schedule;
import dev.tidings.infra.chaos.ServiceFleet;
import dev.tidings.infra.cli.access.ClosedStack;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.cli.stack.ProgressPrinter;
import dev.tidings.infra.cli.stack.RunningPipeline;
import dev.tidings.infra.cli.stack.StackArguments;
import dev.tidings.infra.ledger.Tally;
import dev.tidings.infra.pipeline.PipelineOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Injects every kind of fault into a fleet. */
@Command(
    name = "chaos",
    description = {
      "Runs a fleet on this machine, makes its parts fail one after the other under load, and shows"
          + " what became of every notification.",
      "Ends with 0 if none is lost, all are in order, every receipt is true, and every failure has"
          + " healed."
    },
    footer = {
      "",
      "For example:",
      "  tidings chaos --minutes 5 --seed 1",
      "  tidings chaos --minutes 1 --only kill-broker --json"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class ChaosCommand implements Callable<Integer> {
  private static final int MOST_FINDINGS = 50;

  @Spec private CommandSpec spec;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "5",
      description = "How long failures are made to happen (default: ${DEFAULT-VALUE}).")
  private int minutes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Decides which failure comes when and whom it strikes (default: a random one, which is"
              + " printed).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "200",
      description = "Notifications a second, to all devices together (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--devices",
      paramLabel = "D",
      defaultValue = "100",
      description = "Simulated devices (default: ${DEFAULT-VALUE}).")
  private int devices;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Delivery nodes (default: ${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--brokers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Kafka brokers; all but one have to have a record (default: ${DEFAULT-VALUE}).")
  private int brokers;

  @Option(
      names = "--prompt",
      paramLabel = "S",
      defaultValue = "2",
      description =
          "Seconds after which a notification is late, and not all is well (default:"
              + " ${DEFAULT-VALUE}); more on a machine that is busy otherwise.")
  private int prompt;

  @Option(
      names = "--only",
      paramLabel = "KIND",
      split = ",",
      description = "Only these kinds of failures: ${COMPLETION-CANDIDATES} (default: all).")
  private List<FaultKind> only = List.of(FaultKind.values());

  @Option(
      names = "--closed",
      description =
          "Devices and providers have to prove who they are: tokens of two minutes, and a provider"
              + " key.")
  private boolean closed;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where everything is kept, for good; an empty directory (default: a temporary one, which"
              + " stays only if something went wrong).")
  private Optional<Path> data = Optional.empty();

  @Option(names = "--json", description = "Prints the result as an object in a line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    requirePositive("--minutes", minutes);
    requirePositive("--rate", rate);
    requirePositive("--devices", devices);
    requirePositive("--prompt", prompt);
    requirePositive("--nodes", nodes);
    requirePositive("--brokers", brokers);
    PrintWriter out = spec.commandLine().getOut();
    Path directory = data.isPresent() ? data.get() : Files.createTempDirectory("tidings-chaos-");
    var progressPrinter = new ProgressPrinter(json ? spec.commandLine().getErr() : out);
    PipelineOptions options =
        ServiceFleet.options(directory, nodes, brokers)
            .withJvmOptions(StackArguments.jvmOptions(ServiceFleet.JVM_OPTIONS));
    List<FaultKind> kinds = kinds(progressPrinter);
    if (kinds.contains(FaultKind.CLOCK_JUMP)) {
      options = ServiceFleet.withClocks(options);
    }
    Optional<ClosedStack> closedStack =
        closed ? Optional.of(ClosedStack.in(directory)) : Optional.empty();
    if (closedStack.isPresent()) {
      options = closedStack.get().close(options);
    }
    boolean clean;
    try (RunningPipeline runningPipeline =
        RunningPipeline.start(
            options.withStack(options.stack().withProgress(progressPrinter)),
            RunningPipeline.INTERRUPTED,
            () -> {
              if (closedStack.isPresent()) {
                closedStack.get().keep();
              }
            })) {
      Access access =
          closedStack.isPresent()
              ? ClosedFleet.access(closedStack.get(), runningPipeline.pipeline())
              : Access.OPEN;
      clean = run(runningPipeline, access, kinds, progressPrinter, out);
      // No orderly end is needed, and brokers that stop together wait for each other.
      runningPipeline.pipeline().kill();
    }
    if (data.isEmpty() && clean) {
      Directories.delete(directory);
    } else {
      spec.commandLine().getErr().println("logs and data: " + directory);
    }
    return clean ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  /** Returns the kinds of faults that are possible on this machine. */
  private List<FaultKind> kinds(ProgressPrinter progressPrinter) {
    if (!only.contains(FaultKind.CLOCK_JUMP) || ServiceFleet.hasClocks()) {
      return only;
    }
    progressPrinter.step("clocks do not jump: libfaketime is not installed");
    List<FaultKind> others = only.stream().filter(kind -> kind != FaultKind.CLOCK_JUMP).toList();
    if (others.isEmpty()) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "--only: clock-jump (expected: one that can be made here)");
    }
    return others;
  }

  private void requirePositive(String option, int value) {
    if (value < 1) {
      throw new picocli.CommandLine.ParameterException(
          spec.commandLine(), "%s: %d (expected: at least 1)".formatted(option, value));
    }
  }

  private boolean run(
      RunningPipeline runningPipeline,
      Access access,
      List<FaultKind> kinds,
      ProgressPrinter progressPrinter,
      PrintWriter out)
      throws InterruptedException {
    long decided = seed.orElseGet(() -> ThreadLocalRandom.current().nextLong(1_000_000));
    progressPrinter.step(
        "%d devices, %d notifications/s, seed %d".formatted(devices, rate, decided));
    var conditions = new Conditions(devices, rate, decided, Duration.ofSeconds(prompt));
    try (Experiment experiment =
        Experiment.start(
            runningPipeline.pipeline(), "chaos", conditions, access, progressPrinter)) {
      experiment.awaitCalm();
      var faults = new Faults(runningPipeline.pipeline(), experiment);
      var schedule = new Schedule(decided, kinds);
      var reports = new ArrayList<FaultReport>();
      if (!json) {
        out.println(FaultReport.header());
      }
      long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
      while (System.nanoTime() < end) {
        Schedule.Planned planned = schedule.next();
        Thread.sleep(planned.calm());
        Fault fault = faults.of(planned);
        progressPrinter.step(fault.name());
        reports.add(experiment.undergo(fault));
        progressPrinter.step(reports.getLast().toString());
      }
      progressPrinter.step("no more failures; waiting for what is owed");
      Tally tally = experiment.finishAudited();
      if (json) {
        Output.of(spec, true).print(facts(decided, reports, tally));
      } else {
        print(decided, reports, tally, out);
      }
      return tally.isClean() && reports.stream().allMatch(FaultReport::isHealed);
    }
  }

  private Facts facts(long decided, List<FaultReport> reports, Tally tally) {
    return Facts.of("seed", decided)
        .and("minutes", minutes)
        .and("devices", devices)
        .and("rate", rate)
        .and("nodes", nodes)
        .and("brokers", brokers)
        .and("failures", reports.size())
        .and("healed", reports.stream().allMatch(FaultReport::isHealed))
        .and("clean", tally.isClean())
        .and("findings", tally.findings().stream().limit(MOST_FINDINGS).toList());
  }

  private void print(long decided, List<FaultReport> reports, Tally tally, PrintWriter out) {
    out.printf(
        "%n%d failures in %d min, seed %d, %d devices, %d notifications/s, %d nodes, %d"
            + " brokers%n%n",
        reports.size(), minutes, decided, devices, rate, nodes, brokers);
    out.println(FaultReport.header());
    reports.forEach(out::println);
    out.println();
    out.print(tally);
    tally.findings().stream().limit(MOST_FINDINGS).forEach(out::println);
    out.flush();
  }
}
