package dev.tidings.infra.cli;

import dev.tidings.infra.cli.admin.AdminCommand;
import dev.tidings.infra.cli.broadcast.BroadcastCommand;
import dev.tidings.infra.cli.history.ReceiptsCommand;
import dev.tidings.infra.cli.history.ReplayCommand;
import dev.tidings.infra.cli.output.BusyTerminal;
import dev.tidings.infra.cli.output.GuardedOutput;
import dev.tidings.infra.cli.output.Terminal;
import dev.tidings.infra.cli.shell.CompletionCommand;
import dev.tidings.infra.cli.shell.ExitCodes;
import dev.tidings.infra.cli.shell.ManCommand;
import dev.tidings.infra.cli.shell.RefusalPrinter;
import dev.tidings.infra.cli.stack.CertsCommand;
import dev.tidings.infra.cli.stack.DemoCommand;
import dev.tidings.infra.cli.stack.UpCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The command {@code tidings}. */
@Command(
    name = "tidings",
    description = "Durable push notifications on Kafka: runs the service, and tries it out.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    version = "Tidings 0.1.0",
    scope = ScopeType.INHERIT,
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      SendCommand.class,
      BroadcastCommand.class,
      DeviceCommand.class,
      DeviceTokenCommand.class,
      TraceCommand.class,
      ReplayCommand.class,
      ReceiptsCommand.class,
      DoctorCommand.class,
      TopicsCommand.class,
      AdminCommand.class,
      CertsCommand.class,
      ChaosCommand.class,
      CompletionCommand.class,
      ManCommand.class,
      CommandLine.HelpCommand.class
    },
    footer = {
      "",
      "Run by the launcher itself:",
      "  ingest-api, streams-processor, delivery-node --config FILE",
      "           one service against an existing cluster (--print-settings shows what can be set)",
      "  bench    measures the pipeline, and the floor it stands on (bench --help tells more)",
      "  test     builds and tests everything",
      "",
      "For example:",
      "  tidings demo",
      "  tidings send --help"
    })
public final class Tidings {
  private Tidings() {}

  public static void main(String[] args) {
    // Before anything logs: the user of a command does not need the libraries' logs.
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "cli-logback.xml");
    }
    System.exit(run(args, Terminal.of(System.getProperties(), System.getenv())));
  }

  private static int run(String[] args, Terminal terminal) {
    var err = new PrintWriter(System.err, true, System.err.charset());
    var guarded =
        new GuardedOutput(new FileOutputStream(FileDescriptor.out), broken -> unread(broken, err));
    var out = new PrintWriter(guarded, true, System.out.charset());
    int code = run(args, terminal, out, err);
    return guarded.exitCode().orElse(code);
  }

  /**
   * Ends the process, in a thread of its own: what is closed at the end may wait for the one that
   * writes.
   */
  private static void unread(GuardedOutput out, PrintWriter err) {
    out.message().ifPresent(message -> err.println("tidings: " + message));
    int code = out.exitCode().orElse(CommandLine.ExitCode.SOFTWARE);
    Thread.ofPlatform().daemon().name("output").start(() -> System.exit(code));
  }

  private static int run(String[] args, Terminal terminal, PrintWriter out, PrintWriter err) {
    var scheme = CommandLine.Help.defaultColorScheme(terminal.ansi());
    if (!terminal.canDraw()) {
      return commandLine(out, err).setColorScheme(scheme).execute(args);
    }
    String command = args.length == 0 ? "tidings" : "tidings " + args[0];
    BusyTerminal busy = new BusyTerminal(err, System::nanoTime, command).start();
    try {
      return commandLine(busy.out(out), busy).setColorScheme(scheme).execute(args);
    } finally {
      busy.end();
    }
  }

  static CommandLine commandLine(PrintWriter out, PrintWriter err) {
    CommandLine all =
        new CommandLine(new Tidings())
            .setOut(out)
            .setErr(err)
            .setUsageHelpAutoWidth(true)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setParameterExceptionHandler(new RefusalPrinter())
            .setExecutionExceptionHandler(new ErrorPrinter());
    // What has no footer of its own inherits the one above, which is about the commands of the top.
    for (CommandLine each : all.getSubcommands().values()) {
      if (each.getCommand() instanceof CommandLine.HelpCommand) {
        each.getCommandSpec().usageMessage().footer("", "For example:", "  tidings help send");
      }
    }
    ExitCodes.document(all);
    return all;
  }
}
