package dev.tidings.bench.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ScopeType;

/** The command {@code tidings bench}. */
@Command(
    name = "bench",
    description = {
      "Measures the pipeline on this machine, in processes of its own, with a light load generator"
          + " beside it.",
      "Every scenario prints a table and, last, a line of JSON."
    },
    synopsisSubcommandLabel = "SCENARIO",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    subcommands = {
      PushCommand.class,
      FloodCommand.class,
      KafkaCommand.class,
      IdleCommand.class,
      ReplayCommand.class,
      StormCommand.class,
      SlowCommand.class,
      TenantsCommand.class,
      ScheduleCommand.class,
      BroadcastCommand.class,
      LinesCommand.class,
      EndureCommand.class,
      MicroCommand.class,
      PlotCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 nothing lost, nothing out of order; 1 otherwise, or it failed; 2 the command"
          + " was not understood."
    })
public final class Bench {
  private Bench() {}

  public static void main(String[] args) {
    // Before anything logs: the user of a command does not need the libraries' logs.
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "cli-logback.xml");
    }
    var out = new PrintWriter(System.out, true, System.out.charset());
    var err = new PrintWriter(System.err, true, System.err.charset());
    System.exit(commandLine(out, err).execute(args));
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    return new CommandLine(new Bench())
        .setOut(out)
        .setErr(err)
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler((failure, command, parsed) -> {
          err.println("tidings bench: " + failure);
          if (System.getenv("TIDINGS_DEBUG") != null) {
            failure.printStackTrace(err);
          }
          return ExitCode.SOFTWARE;
        });
  }
}
