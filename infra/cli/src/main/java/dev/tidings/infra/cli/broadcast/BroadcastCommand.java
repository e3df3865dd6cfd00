package dev.tidings.infra.cli.broadcast;

import dev.tidings.infra.cli.broadcast.BroadcastLog.Found;
import dev.tidings.infra.cli.options.ClusterOptions;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.provider.AlertPayload;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.TopicCondition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends a notification to all who have joined a topic, tells how far that has come, stops it. */
@Command(
    name = "broadcast",
    description = "Sends to all devices that have joined a topic. Writes to Kafka itself.",
    synopsisSubcommandLabel = "send | show | stop",
    footer = {"", "For example:", "  tidings broadcast send --help"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class BroadcastCommand implements Runnable {
  /** The exit code if no partition knows the broadcast. */
  private static final int UNKNOWN = 3;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do: send, show or stop");
  }

  /** Which cluster, and its registry. */
  static final class Log extends ClusterOptions {
    @Option(
        names = "--schema-registry-url",
        paramLabel = "URL",
        defaultValue = "http://localhost:8081/apis/ccompat/v7",
        description = "Where the schemas are (default: ${DEFAULT-VALUE}).")
    private String registryUrl;

    BroadcastLog open() throws IOException {
      Map<String, String> config = properties();
      config.put(RegistryConfig.URL, registryUrl);
      RegistryConfig registry = registry(config);
      return new BroadcastLog(names().of(LogTopics.BROADCASTS), config, registry);
    }
  }

  @Command(
      name = "send",
      description = "Sends a broadcast, and prints its id.",
      footer = {
        "",
        "For example:",
        "  tidings broadcast send goals --app com.example.news --title Goal --body '1:0'",
        "  tidings broadcast send --condition \"'goals' in topics && !('muted' in topics)\" …"
      })
  int send(
      @Mixin Log log,
      @Parameters(
              index = "0",
              arity = "0..1",
              paramLabel = "TOPIC",
              description = "Whose subscribers get it.")
          Optional<String> topic,
      @Option(
              names = "--condition",
              paramLabel = "CONDITION",
              description = "Who gets it, in place of a topic.")
          Optional<String> condition,
      @Option(
              names = "--app",
              paramLabel = "APP",
              required = true,
              converter = Values.App.class,
              description = "The app of the topics.")
          AppId app,
      @Option(names = "--title", paramLabel = "TEXT", description = "The first line.")
          Optional<String> title,
      @Option(names = "--body", paramLabel = "TEXT", description = "The text.")
          Optional<String> body,
      @Option(
              names = "--payload",
              paramLabel = "JSON",
              converter = Values.Payload.class,
              description = "The whole payload, in place of title and body.")
          Optional<String> payload,
      @Option(
              names = "--over",
              paramLabel = "DURATION",
              converter = Values.Spread.class,
              description = "Over how long it is spread, such as 15m (default: at once).")
          Optional<Duration> over,
      @Option(
              names = "--ttl",
              paramLabel = "DURATION",
              converter = Values.TimeAhead.class,
              description =
                  "How long it is worth delivering; 0s: one attempt for each device, nothing is"
                      + " kept (default: without end).")
          Optional<Duration> ttl,
      @Option(
              names = "--category",
              paramLabel = "WORD",
              converter = Values.Kind.class,
              description = "What kind of notification it is, such as marketing.")
          Optional<Category> category,
      @Option(
              names = "--id",
              paramLabel = "ID",
              converter = Values.Notification.class,
              description = "Its id: that of the same one, to send it again.")
          Optional<NotificationId> id)
      throws IOException, InterruptedException {
    Instant now = Instant.now();
    NotificationId chosen = id.orElseGet(() -> NotificationId.at(now.toEpochMilli()));
    Notification notification =
        Notification.newBuilder()
            .setId(chosen.value())
            .setApp(app.value())
            .setPayload(ByteBuffer.wrap(content(title, body, payload)))
            .setExpiration(
                ttl.map(time -> expiration(time, now)).orElse(Expiration.NEVER).toField())
            .setAcceptedAt(now.toEpochMilli())
            .setAcceptedBy("tidings broadcast")
            .setCategory(category.map(Category::value).orElse(null))
            .build();
    Broadcast broadcast =
        record(app.value(), condition(topic, condition), notification, over.orElse(null));
    Output output = log.output(spec);
    if (!output.json()) {
      // Before it is written: whoever interrupts this knows what may have been sent.
      output.print(Facts.of("id", chosen));
    }
    int partitions = log.open().write(chosen, Kind.REQUEST, broadcast);
    output.print(written(partitions), Facts.of("id", chosen).and("partitions", partitions));
    return ExitCode.OK;
  }

  /** Returns the payload. A longer one than providers may send is rejected by every partition. */
  private byte[] content(Optional<String> title, Optional<String> body, Optional<String> payload) {
    if (payload.isPresent() == (title.isPresent() || body.isPresent())) {
      throw new ParameterException(
          spec.commandLine(), "say what to send: --title, --body, or --payload");
    }
    byte[] content =
        payload
            .orElseGet(
                () -> new AlertPayload(title, body, Optional.empty(), Optional.empty()).toJson())
            .getBytes(StandardCharsets.UTF_8);
    int most = JsonPayload.maxBytes(PushType.ALERT);
    if (content.length > most) {
      throw new ParameterException(
          spec.commandLine(),
          "payload: %d bytes (expected: at most %d)".formatted(content.length, most));
    }
    return content;
  }

  private static Expiration expiration(Duration ttl, Instant now) {
    return ttl.isZero() ? Expiration.ONCE : new Expiration(now.plus(ttl).toEpochMilli());
  }

  private String condition(Optional<String> topic, Optional<String> condition) {
    if (topic.isPresent() == condition.isPresent()) {
      throw new ParameterException(spec.commandLine(), "say to whom: a topic, or --condition");
    }
    try {
      return topic
          .map(name -> TopicCondition.of(new BroadcastTopic(name)))
          .or(() -> condition.map(TopicCondition::parse))
          .orElseThrow()
          .toString();
    } catch (InvalidValueException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private static Broadcast record(
      String app, String condition, @Nullable Notification notification, @Nullable Duration over) {
    return new Broadcast(
        notification,
        app,
        condition,
        over == null ? null : over.toMillis(),
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  @Command(
      name = "stop",
      description = "Stops a broadcast where it is.",
      exitCodeList = {
        "0:all went well",
        "1:something failed",
        "2:the command was not understood",
        "3:no partition knows it, and nothing is written"
      },
      footer = {"", "For example:", "  tidings broadcast stop ID"})
  int stop(
      @Mixin Log log,
      @Parameters(
              index = "0",
              paramLabel = "ID",
              converter = Values.Notification.class,
              description = "Its id.")
          NotificationId id)
      throws IOException, InterruptedException {
    BroadcastLog broadcasts = log.open();
    if (broadcasts.read(id).isEmpty()) {
      spec.commandLine().getErr().println("tidings: no partition knows " + id);
      return UNKNOWN;
    }
    int partitions = broadcasts.write(id, Kind.STOP, record("", "", null, null));
    log.output(spec).print(written(partitions), Facts.of("id", id).and("partitions", partitions));
    return ExitCode.OK;
  }

  @Command(
      name = "show",
      description = "Tells how far a broadcast has come, in each partition.",
      exitCodeList = {
        "0:all went well",
        "1:something failed",
        "2:the command was not understood",
        "3:no partition knows it"
      },
      footer = {"", "For example:", "  tidings broadcast show ID --json"})
  int show(
      @Mixin Log log,
      @Parameters(
              index = "0",
              paramLabel = "ID",
              converter = Values.Notification.class,
              description = "Its id.")
          NotificationId id)
      throws IOException {
    Output output = log.output(spec);
    List<Found> all = log.open().read(id);
    long sent = 0;
    for (Found found : all) {
      @Nullable Broadcast progress = found.progress().orElse(null);
      @Nullable Long written = progress == null ? null : progress.getSent();
      sent += written == null ? 0 : written;
      long here = written == null ? 0 : written;
      output.print(
          String.format(
              Locale.ROOT, "partition %d: %s, %d sent", found.partition(), state(progress), here),
          Facts.of("partition", found.partition()).and("state", state(progress)).and("sent", here));
    }
    output.print(sent + " sent", Facts.of("id", id).and("sent", sent));
    return all.isEmpty() ? UNKNOWN : ExitCode.OK;
  }

  private static String written(int partitions) {
    return "written to " + partitions + " partitions";
  }

  private static String state(@Nullable Broadcast progress) {
    if (progress == null) {
      return "waiting";
    }
    @Nullable String ending = progress.getEnding();
    return ending == null ? "running" : ending;
  }
}
