package dev.tidings.infra.cli.stack;

import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.demo.EndpointList;
import dev.tidings.infra.process.ChildCommand;
import dev.tidings.infra.process.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the pipeline until it is stopped. */
@Command(
    name = "up",
    description = "Runs the whole pipeline on this machine until Ctrl-C; its data stays.",
    footer = {"", "For example:", "  tidings up --closed", "  tidings up --free-ports --json"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StackArguments arguments;

  @Option(
      names = "--json",
      description = "Prints the addresses as an object in a line, once everything runs.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (RunningPipeline runningPipeline =
        RunningPipeline.start(
            arguments.options(new ProgressPrinter(err), ChildCommand.LONG_RUN),
            ExitCode.OK,
            arguments::keepFiles)) {
      EndpointList endpointList = EndpointList.of(runningPipeline.pipeline());
      StackAccess access = arguments.access(runningPipeline.pipeline());
      if (json) {
        Output.of(spec, true).print(Facts.of("addresses", endpointList.all()));
      } else {
        endpointList.print(out);
        out.println(arguments.administration(runningPipeline.pipeline()));
        out.println(access.howTo(endpointList).orElseGet(() -> NextSteps.afterUp(endpointList)));
        out.println("Ctrl-C stops it.");
      }
      ChildProcess ended = runningPipeline.stay();
      err.println(ExitMessage.of(ended));
      return ExitCode.SOFTWARE;
    }
  }
}
