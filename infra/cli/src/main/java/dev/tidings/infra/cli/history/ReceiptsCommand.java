package dev.tidings.infra.cli.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.infra.cli.options.ServiceOptions;
import dev.tidings.infra.cli.options.Times;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.demo.TracePrinter;
import dev.tidings.provider.ReceiptEvent;
import dev.tidings.provider.ReceiptStart;
import dev.tidings.provider.ReceiptStream;
import dev.tidings.schemas.value.AppId;
import java.io.IOException;
import java.io.PrintWriter;
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
import picocli.CommandLine.Spec;

/** Shows what becomes of an app's notifications. */
@Command(
    name = "receipts",
    description = {
      "Shows what has become of an app's notifications, a line for each receipt, and with --follow",
      "what becomes of them, until Ctrl-C. Goes on by itself while the service is away."
    },
    footer = {
      "",
      "For example:",
      "  tidings receipts --app com.example.news --since 1h",
      "  tidings receipts --app com.example.news --follow --json"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class ReceiptsCommand implements Callable<Integer> {
  /** Whether all that there is has come: the service tells it in one go. */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  private static final Duration FOLLOWED = Duration.ofMinutes(1);

  @Spec private CommandSpec spec;

  @Mixin private ServiceOptions service;

  @Option(
      names = "--app",
      paramLabel = "APP",
      required = true,
      converter = Values.App.class,
      description = "Of which app.")
  private AppId app;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = Times.class,
      description =
          "How long ago the first was written: 15m, 2h, 7d (default: 1h; now, with --follow).")
  private @Nullable Duration since;

  @Option(
      names = "--after",
      paramLabel = "ID",
      description = "Goes on behind an event, by the id that --json shows.")
  private @Nullable String after;

  @Option(names = "--follow", description = "Shows what comes, too, until Ctrl-C.")
  private boolean follow;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = Values.AtLeastOne.class,
      description = "Ends after so many.")
  private @Nullable Integer count;

  private final ObjectMapper mapper = JsonMapper.builder().build();

  @Override
  public Integer call() throws IOException, InterruptedException {
    return service.ask(ingest -> {
      try (ReceiptStream receipts = ingest.receipts(app.value(), start())) {
        show(receipts);
        return ExitCode.OK;
      }
    });
  }

  private ReceiptStart start() {
    if (after != null) {
      return new ReceiptStart.After(after);
    }
    if (since == null && follow) {
      return new ReceiptStart.Now();
    }
    Duration ago = since == null ? Duration.ofHours(1) : since;
    return new ReceiptStart.Since(Instant.now().minus(ago));
  }

  private void show(ReceiptStream receipts) throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    for (int shown = 0; count == null || shown < count; ) {
      Optional<ReceiptEvent> next = receipts.next(follow ? FOLLOWED : SILENCE);
      if (next.isPresent()) {
        out.println(line(next.get()));
        out.flush();
        shown++;
      } else if (!follow) {
        return;
      }
    }
  }

  private String line(ReceiptEvent event) throws IOException {
    JsonNode told = mapper.readTree(event.json());
    if (service.output().json()) {
      return mapper
          .createObjectNode()
          .put("event", event.name())
          .put("id", event.id())
          .set("data", told)
          .toString();
    }
    JsonNode steps = told.path("steps");
    String at = steps.path(steps.size() - 1).path("at").asText(told.path("at").asText("-"));
    String about = told.path("id").asText(told.path("reason").asText("-"));
    return TracePrinter.shown(
        "%s  %-12s  %s  %s".formatted(at, event.name(), about, told.path("device").asText("-")));
  }
}
