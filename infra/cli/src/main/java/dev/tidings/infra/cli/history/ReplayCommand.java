package dev.tidings.infra.cli.history;

import dev.tidings.infra.cli.options.ServiceOptions;
import dev.tidings.infra.cli.options.Times;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.BusyTerminal;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.NoAnswerException;
import dev.tidings.provider.Replay;
import dev.tidings.provider.TryLaterException;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Has devices sent again what they had. */
@Command(
    name = "replay",
    description = {
      "Counts what the log still has for a device, or for all devices of an app, and with --send",
      "has it sent once more."
    },
    footer = {
      "",
      "For example:",
      "  tidings replay --device my-phone --since 2h",
      "  tidings replay --app com.example.news --since 1d --until 30m --send",
      "  tidings replay --stop ID"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class ReplayCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** So long the service may be away while a replay goes on: another process takes its place. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Spec private CommandSpec spec;

  @Mixin private ServiceOptions service;

  @Option(
      names = "--device",
      paramLabel = "SERIAL",
      converter = Values.Serial.class,
      description = "To which device.")
  private @Nullable DeviceId device;

  @Option(
      names = "--app",
      paramLabel = "APP",
      converter = Values.App.class,
      description = "Of which app; without --device, to all its devices that are connected.")
  private @Nullable AppId app;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Times.class,
      description = "How long ago the first was sent: 15m, 2h, 7d.")
  private @Nullable Duration since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      converter = Times.class,
      defaultValue = "0s",
      description = "How long ago the last was sent (default: ${DEFAULT-VALUE}).")
  private Duration until;

  @Option(
      names = "--rate",
      paramLabel = "N",
      converter = Values.AtLeastOne.class,
      description = "How many a second (default: as many as the service allows).")
  private @Nullable Integer rate;

  @Option(names = "--send", description = "Sends them; without it, they are only counted.")
  private boolean send;

  @Option(names = "--show", paramLabel = "ID", description = "Follows one that was begun before.")
  private @Nullable String shown;

  @Option(names = "--stop", paramLabel = "ID", description = "Stops one.")
  private @Nullable String stopped;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String path = path();
    return service.ask(ingest -> {
      Optional<Replay> begun =
          stopped != null
              ? ingest.stopReplay(stopped)
              : shown != null ? ingest.replay(shown) : Optional.of(ingest.replay(path, body()));
      if (begun.isEmpty()) {
        spec.commandLine().getErr().println("tidings: no such replay");
        return ExitCode.SOFTWARE;
      }
      return follow(ingest, begun.get());
    });
  }

  private String path() {
    boolean known = shown != null || stopped != null;
    if (!known && since == null) {
      throw new ParameterException(spec.commandLine(), "--since: missing (expected: 2h, 7d)");
    }
    if (!known && device == null && app == null) {
      throw new ParameterException(spec.commandLine(), "say to whom: --device, --app or both");
    }
    return device == null
        ? "/v1/apps/" + app + "/replay"
        : "/v1/devices/" + segment(device.value()) + "/replay";
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String body() {
    Instant now = Instant.now();
    StringBuilder body = new StringBuilder("{\"from\":\"");
    body.append(now.minus(since == null ? Duration.ZERO : since)).append('"');
    if (!until.isZero()) {
      body.append(",\"to\":\"").append(now.minus(until)).append('"');
    }
    if (app != null) {
      body.append(",\"app\":\"").append(app.value()).append('"');
    }
    if (rate != null) {
      body.append(",\"rate\":").append(rate);
    }
    return body.append(",\"dryRun\":").append(!send).append('}').toString();
  }

  /** Prints how far it is, whenever that has changed, until it has ended. */
  private int follow(IngestClient ingest, Replay begun) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Replay now = begun;
    print(out, now);
    while (!now.isOver()) {
      Thread.sleep(LOOK_EVERY);
      Optional<Replay> next = look(ingest, now.id());
      if (next.isEmpty()) {
        spec.commandLine().getErr().println("tidings: the service no longer knows " + now.id());
        return ExitCode.SOFTWARE;
      }
      if (!next.get().json().equals(now.json())) {
        print(out, next.get());
      }
      now = next.get();
    }
    return now.state().equals("completed") || now.state().equals("stopped")
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  private static Optional<Replay> look(IngestClient ingest, String id)
      throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (true) {
      try {
        return ingest.replay(id);
      } catch (TryLaterException | NoAnswerException e) {
        if (System.nanoTime() - began > PATIENCE.toNanos()) {
          throw e;
        }
      }
      Thread.sleep(LOOK_EVERY);
    }
  }

  private void print(PrintWriter out, Replay now) {
    int all = (int) Math.min(now.count(), Integer.MAX_VALUE);
    long sent = now.sent() + now.away() + now.leftOut();
    BusyTerminal.progress(
        spec.commandLine().getErr(), (int) Math.min(sent, all), all, "sent again");
    if (service.output().json()) {
      out.println(now.json());
    } else if (now.json().contains("\"dryRun\":true")) {
      out.printf(
          "%s %s: %d would be sent to %d devices (%d of them away), %d left out%n",
          now.id(), now.state(), now.count(), now.devices(), now.away(), now.leftOut());
    } else {
      out.printf(
          "%s %s: %d sent, %d away, %d left out%n",
          now.id(), now.state(), now.sent(), now.away(), now.leftOut());
    }
    out.flush();
  }
}
