package dev.tidings.infra.cli;

import dev.tidings.infra.cli.options.ProviderCredential;
import dev.tidings.infra.cli.options.ServiceOptions;
import dev.tidings.infra.cli.options.Times;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.demo.DemoPhone;
import dev.tidings.infra.demo.TerminalText;
import dev.tidings.provider.AlertPayload;
import dev.tidings.provider.Credential;
import dev.tidings.provider.NotificationRequest;
import dev.tidings.provider.PushRequest;
import dev.tidings.provider.SendAnswer;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.Token;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends a notification: by Apple's protocol; or with an API key, which does not count there, or
 * with a category, which has no place there, by the service's own interface.
 */
@Command(
    name = "send",
    description = "Sends a notification to a device token, and prints its id.",
    footer = {
      "",
      "For example:",
      "  tidings send TOKEN --app com.example.news --title Hello --body 'It works.' --badge 1"
    })
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class SendCommand implements Callable<Integer> {
  private static final int MAX_REASON = 300;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "TOKEN",
      converter = Values.DeviceToken.class,
      description = "The device token, 64 hex digits.")
  private Token token;

  @Option(names = "--title", paramLabel = "TEXT", description = "The first line.")
  private Optional<String> title = Optional.empty();

  @Option(names = "--body", paramLabel = "TEXT", description = "The text.")
  private Optional<String> body = Optional.empty();

  @Option(
      names = "--badge",
      paramLabel = "N",
      converter = Values.NotNegative.class,
      description = "The number on the app's icon.")
  private Optional<Integer> badge = Optional.empty();

  @Option(names = "--sound", paramLabel = "NAME", description = "The sound to play.")
  private Optional<String> sound = Optional.empty();

  @Option(
      names = "--payload",
      paramLabel = "JSON",
      converter = Values.Payload.class,
      description = "The whole payload, in place of title, body, badge and sound.")
  private Optional<String> payload = Optional.empty();

  @Option(
      names = "--app",
      paramLabel = "APP",
      converter = Values.App.class,
      defaultValue = DemoPhone.APP,
      description = "The app that the token is for (default: ${DEFAULT-VALUE}).")
  private AppId app;

  @Option(
      names = "--collapse-id",
      paramLabel = "ID",
      converter = Values.Collapse.class,
      description = "Replaces what is still waiting for the device with the same id.")
  private Optional<CollapseId> collapseId = Optional.empty();

  @Option(
      names = "--category",
      paramLabel = "WORD",
      converter = Values.Kind.class,
      description =
          "What kind of notification it is, such as marketing. Then it is sent by the service's"
              + " own interface: Apple's protocol has no place for it.")
  private Optional<Category> category = Optional.empty();

  @Option(
      names = "--priority",
      paramLabel = "N",
      converter = Values.Urgency.class,
      description = "10: at once; 5: when the device is awake anyway; 1: later still.")
  private Optional<Priority> priority = Optional.empty();

  @Option(
      names = "--expiration",
      paramLabel = "TIME",
      description =
          "Until when it is worth delivering: 90s, 15m, 2h or 7d from now, or seconds since 1970.")
  private Optional<String> expiration = Optional.empty();

  @Mixin private ServiceOptions service;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    String content = content();
    Optional<Long> until = expiration.map(this::epochSecond);
    Optional<Credential> credential = service.credential();
    boolean byApiKey = credential.isPresent() && !service.isProviderKey();
    boolean own = byApiKey || category.isPresent();
    try (var ingest = service.client(credential)) {
      SendAnswer answer =
          own ? ingest.send(notification(content, until)) : ingest.send(push(content, until));
      return switch (answer) {
        case SendAnswer.Accepted(String id) -> {
          service.output().print(Facts.of("apns-id", id).and("status", own ? 202 : 200));
          yield ExitCode.OK;
        }
        case SendAnswer.Rejected refusal -> {
          String reason = TerminalText.safe(refusal.reason(), MAX_REASON);
          if (service.output().json()) {
            service.output().print(Facts.of("status", refusal.status()).and("reason", reason));
          } else {
            err.println("status: " + refusal.status());
            err.println("reason: " + reason);
          }
          if (refusal.isForCredential()) {
            err.println("tidings: " + ProviderCredential.HOW);
          }
          yield ExitCode.SOFTWARE;
        }
      };
    }
  }

  /** Returns the payload. */
  private String content() {
    boolean hasAlert =
        title.isPresent() || body.isPresent() || badge.isPresent() || sound.isPresent();
    if (payload.isPresent() == hasAlert) {
      throw new ParameterException(
          spec.commandLine(), "say what to send: --title, --body, --badge, --sound, or --payload");
    }
    return payload.orElseGet(() -> new AlertPayload(title, body, badge, sound).toJson());
  }

  private NotificationRequest notification(String content, Optional<Long> until) {
    return new NotificationRequest(
        token.hex(),
        app.value(),
        content,
        collapseId.map(CollapseId::value),
        priority.map(Priority::number),
        until.map(second -> Math.max(0, second - Instant.now().getEpochSecond())),
        category.map(Category::value));
  }

  private PushRequest push(String content, Optional<Long> until) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("apns-topic", app.value());
    headers.put("apns-push-type", "alert");
    collapseId.ifPresent(id -> headers.put("apns-collapse-id", id.value()));
    priority.ifPresent(urgency -> headers.put("apns-priority", Integer.toString(urgency.number())));
    until.ifPresent(second -> headers.put("apns-expiration", Long.toString(second)));
    return new PushRequest(token.hex(), headers, content);
  }

  private long epochSecond(String time) {
    try {
      long seconds =
          Times.isDuration(time)
              ? Instant.now().plus(Times.duration(time)).getEpochSecond()
              : Long.parseLong(time);
      if (seconds >= 0) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // Refused below, as a time before 1970.
    }
    throw new ParameterException(
        spec.commandLine(),
        "--expiration: %s (expected: such as 15m, or seconds since 1970)".formatted(time));
  }
}
