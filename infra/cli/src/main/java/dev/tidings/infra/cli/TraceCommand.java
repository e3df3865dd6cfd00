package dev.tidings.infra.cli;

import dev.tidings.infra.cli.options.ServiceOptions;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.demo.TracePrinter;
import dev.tidings.provider.Trace;
import dev.tidings.schemas.value.NotificationId;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the trace of a notification. */
@Command(
    name = "trace",
    description = "Shows every step of a notification's journey.",
    footer = {"", "For example:", "  tidings trace ID --wait 5s", "  tidings trace ID --json"})
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

  @Override
  public Integer call() throws IOException, InterruptedException {
    return service.ask(ingest -> {
      Optional<Trace> trace = ingest.awaitTrace(id.value(), patience, Trace::isFinal);
      if (trace.isEmpty()) {
        spec.commandLine().getErr().println("tidings: nothing is known of " + id);
        return ExitCode.SOFTWARE;
      }
      if (service.output().json()) {
        service.output().print(facts(trace.get()));
      } else {
        new TracePrinter(trace.get()).print(spec.commandLine().getOut());
      }
      return ExitCode.OK;
    });
  }

  private static Facts facts(Trace trace) {
    return Facts.of("id", trace.id())
        .and("outcome", trace.outcome())
        .and("recipient", trace.recipient().isEmpty() ? null : trace.recipient())
        .and("steps", trace.steps().stream().map(TraceCommand::facts).toList())
        .and(
            "others",
            trace.others().isEmpty()
                ? null
                : trace.others().stream().map(TraceCommand::facts).toList());
  }

  private static Facts facts(Trace.Step step) {
    return Facts.of("step", step.name())
        .and("at", step.at())
        .and("where", step.where())
        .and("why", step.why());
  }
}
