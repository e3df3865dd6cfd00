package dev.tidings.infra.cli.stack;

import dev.tidings.infra.demo.DemoJourney;
import dev.tidings.infra.demo.DemoPhone;
import dev.tidings.infra.demo.EndpointList;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the pipeline and shows one notification passing through it. */
@Command(
    name = "demo",
    description =
        "Runs the whole pipeline on this machine, sends a simulated phone a notification, and shows"
            + " the notification's trace.",
    footer = {"", "For example:", "  tidings demo --once", "  tidings demo --free-ports"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StackArguments arguments;

  @Option(
      names = "--once",
      description = "Ends afterwards: with 0 if the phone confirmed the notification, else with 1.")
  private boolean once;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    var progressPrinter = new ProgressPrinter(err);
    try (RunningPipeline runningPipeline =
        RunningPipeline.start(
            arguments.options(progressPrinter, ChildCommand.QUICK_START),
            ExitCode.OK,
            arguments::keepFiles)) {
      EndpointList endpointList = EndpointList.of(runningPipeline.pipeline());
      StackAccess access = arguments.access(runningPipeline.pipeline());
      try (var phone =
          new DemoPhone(endpointList.mqtt(), access.deviceTokens(), out, progressPrinter)) {
        var journey = new DemoJourney(phone, endpointList, access.provider(), out, progressPrinter);
        List<String> missing = journey.run();
        if (!missing.isEmpty()) {
          err.println("tidings: the demo is incomplete: " + String.join(", ", missing));
        }
        if (once) {
          return missing.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
        endpointList.print(out);
        out.println(arguments.administration(runningPipeline.pipeline()));
        out.println(
            access
                .howTo(endpointList)
                .orElseGet(() -> NextSteps.afterDemo(journey.token(), endpointList)));
        out.println("Ctrl-C stops everything.");
        ChildProcess ended = runningPipeline.stay();
        err.println(ExitMessage.of(ended));
        return ExitCode.SOFTWARE;
      }
    }
  }
}
