package dev.tidings.infra.cli.stack;

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
import picocli.CommandLine.Spec;

/** Runs the pipeline until it is stopped. */
@Command(
    name = "up",
    description = "Runs the whole pipeline on this machine until Ctrl-C; its data stays.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class UpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private StackArguments arguments;

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
      endpointList.print(out);
      out.println(arguments.administration(runningPipeline.pipeline()));
      access.howTo(endpointList).ifPresent(out::println);
      out.println("Ctrl-C stops it.");
      ChildProcess ended = runningPipeline.stay();
      err.println(ExitMessage.of(ended));
      return ExitCode.SOFTWARE;
    }
  }
}
