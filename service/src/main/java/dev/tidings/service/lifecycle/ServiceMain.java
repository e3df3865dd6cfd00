package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Settings;
import dev.tidings.service.log.UnblockedLog;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.IntConsumer;
import picocli.CommandLine;

/**
 * The main method of a service: {@code System.exit(ServiceMain.run(args, "ingest-api", SETTINGS,
 * …))}.
 */
public final class ServiceMain {

  /** The service did what it was asked to. */
  public static final int OK = 0;

  /** It failed while starting or running; it may be worth trying again. */
  public static final int FAILED = 1;

  /** Arguments or configuration are invalid; trying again does not help. */
  public static final int USAGE = 2;

  private final String commandName;
  private final Settings settings;
  private final Starter starter;
  private final PrintStream out;
  private final PrintStream err;
  private final IntConsumer halt;

  ServiceMain(
      String commandName,
      Settings settings,
      Starter starter,
      PrintStream out,
      PrintStream err,
      IntConsumer halt) {
    this.commandName = commandName;
    this.settings = settings;
    this.starter = starter;
    this.out = out;
    this.err = err;
    this.halt = halt;
  }

  /**
   * Reads arguments and configuration, starts the service and blocks until it has stopped. On
   * SIGTERM and SIGINT it stops the service and ends the process itself, with 0, and does not
   * return.
   *
   * @return the exit code for {@link System#exit}
   */
  public static int run(String[] args, String commandName, Settings settings, Starter starter) {
    // What is written is for programs too: in no user's digits, and in no language's case.
    Locale.setDefault(Locale.US);
    try (UnblockedLog log = UnblockedLog.begin()) {
      return new ServiceMain(
              commandName,
              settings,
              starter,
              System.out,
              System.err,
              code -> {
                log.close();
                Runtime.getRuntime().halt(code);
              })
          .run(args);
    }
  }

  int run(String... args) {
    ServiceRun service = new ServiceRun(commandName, starter, out, err, halt);
    return new CommandLine(new ServiceCommand(settings, service, out))
        .setCommandName(commandName)
        .setOut(new PrintWriter(out, true, out.charset()))
        .setErr(new PrintWriter(err, true, err.charset()))
        .execute(args);
  }
}
