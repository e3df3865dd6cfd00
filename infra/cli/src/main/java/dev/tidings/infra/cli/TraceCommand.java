package dev.tidings.infra.cli;

import dev.tidings.infra.cli.options.ProviderCredential;
import dev.tidings.infra.cli.options.ServiceOptions;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.demo.TracePrinter;
import dev.tidings.provider.NotAuthorizedException;
import dev.tidings.provider.Trace;
import dev.tidings.schemas.value.NotificationId;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the trace of a notification. */
@Command(name = "trace", description = "Shows every step of a notification's journey.")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class TraceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ID",
      converter = Values.Notification.class,
      description = "The notification's id (apns-id).")
  private NotificationId id;

  @Mixin private ServiceOptions service;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      defaultValue = "0s",
      converter = Values.TimeAhead.class,
      description =
          "How long to wait for it to be delivered, or to fail: 5s, 1m (default: not at all).")
  private Duration patience;

  @ArgGroup private ProviderCredential credential = new ProviderCredential();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try (var ingest = service.client(credential.read(System.getenv(), err))) {
      Optional<Trace> trace = ingest.awaitTrace(id.value(), patience, Trace::isFinal);
      if (trace.isEmpty()) {
        err.println("tidings: nothing is known of " + id);
        return ExitCode.SOFTWARE;
      }
      new TracePrinter(trace.get()).print(spec.commandLine().getOut());
      return ExitCode.OK;
    } catch (NotAuthorizedException e) {
      err.println("tidings: " + e.getMessage());
      err.println("tidings: " + ProviderCredential.HOW);
      return ExitCode.SOFTWARE;
    }
  }
}
