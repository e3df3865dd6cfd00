package dev.tidings.infra.cli.stack;

import dev.tidings.infra.cli.access.ClosedStack;
import dev.tidings.infra.cli.credential.AdminCredentialFile;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.infra.stack.Progress;
import dev.tidings.infra.stack.StackOptions;
import dev.tidings.service.net.ListenAddresses;
import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for the pipeline's data directory, its ports, and who may use them. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class StackArguments {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      converter = DataPath.class,
      description =
          "Where everything is kept (default: $TIDINGS_HOME, or .tidings in the checkout).")
  Optional<Path> data = Optional.empty();

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "localhost",
      description =
          "Where providers and devices are listened for; 0.0.0.0, with --closed or --open, lets"
              + " real devices in (default: ${DEFAULT-VALUE}, this machine only).")
  String bind;

  @Option(
      names = "--open",
      description =
          "Lets whoever reaches the address of --bind send to every token and be any device:"
              + " nobody has to prove who they are.")
  boolean open;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--closed",
      description =
          "Providers and devices have to prove who they are: makes a team, its keys and an issuer"
              + " of devices' tokens, unless they are there, and prints how to use them.")
  boolean closed;

  @Mixin private PortArguments ports;

  private Optional<AdminCredentialFile> credential = Optional.empty();
  private Optional<ClosedStack> closedStack = Optional.empty();

  /**
   * Returns the pipeline's options.
   *
   * @param jvm options of the broker's JVM, and of the services' JVMs before those of the
   *     environment
   */
  PipelineOptions options(Progress progress, List<String> jvm) throws IOException {
    requireClosed();
    Checkout checkout = Checkout.find().makingCaches();
    var stack =
        new StackOptions(
            checkout,
            directory(data, checkout),
            ports.kafka(),
            ports.registry(),
            1,
            jvm,
            Map.of(),
            progress);
    var options = new PipelineOptions(stack, ports.services(), jvmOptions(jvm));
    AdminCredentialFile administrator = AdminCredentialFile.in(stack.data());
    credential = Optional.of(administrator);
    options =
        options
            .with(TidingsService.INGEST_API, "auth.admin", "credentials")
            .with(TidingsService.INGEST_API, "auth.admin.credential", administrator.setting())
            // What is tried out here listens on this machine.
            .with(TidingsService.INGEST_API, "webhooks", "true")
            .with(TidingsService.INGEST_API, "webhooks.hosts", "localhost,127.0.0.1");
    for (TidingsService service : TidingsService.values()) {
      options = bound(options, service);
      // The services read it themselves; the provisioning of topics needs it as well.
      String prefix = System.getenv("TIDINGS_TOPIC_PREFIX");
      if (prefix != null && !prefix.isBlank()) {
        options = options.with(service, "topic.prefix", prefix);
      }
    }
    if (closed) {
      closedStack = Optional.of(ClosedStack.in(stack.data()));
      options = closedStack.get().close(options);
    }
    return options;
  }

  /** Writes what the services read when they start. */
  void keepFiles() throws IOException {
    if (closedStack.isPresent()) {
      closedStack.get().keep();
    }
  }

  /** Returns who may send to and be a device of what was started with the options. */
  StackAccess access(Pipeline pipeline) throws IOException, InterruptedException {
    return closedStack.isPresent() ? StackAccess.of(closedStack.get(), pipeline) : StackAccess.OPEN;
  }

  /** Returns how to use the admin port of what was started with the options, for people. */
  String administration(Pipeline pipeline) {
    AdminCredentialFile kept = credential.orElseThrow().keep();
    String port = pipeline.endpoint(TidingsService.INGEST_API, "admin").toString();
    return kept.console(port) + System.lineSeparator() + kept.howTo(port);
  }

  /**
   * Returns the options with where a service listens. The streams processor has no port but that of
   * its health and metrics, which stays where it is, like those of the others.
   */
  private PipelineOptions bound(PipelineOptions options, TidingsService service) {
    String audience =
        switch (service) {
          case INGEST_API -> "providers";
          case DELIVERY_NODE -> "devices";
          case STREAMS_PROCESSOR -> "";
        };
    if (audience.isEmpty()) {
      return options;
    }
    PipelineOptions bound = options.with(service, "bind.address", bind);
    return open ? bound.with(service, "listen.open", audience) : bound;
  }

  /** Everybody who reaches another address would be let in, so that has to be said. */
  private void requireClosed() {
    try {
      if (open && closed) {
        throw new ParameterException(
            command.commandLine(), "--open and --closed (expected: one of them)");
      }
      if (!open && !closed && !ListenAddresses.of(bind).areLoopback()) {
        throw new ParameterException(
            command.commandLine(),
            "--bind: "
                + bind
                + " (expected: localhost; or with it --closed; or --open, with which whoever"
                + " reaches the ports may send to every token and be any device)");
      }
    } catch (UnknownHostException e) {
      throw new ParameterException(
          command.commandLine(), "--bind: " + bind + " (expected: an address of this host)", e);
    }
  }

  /**
   * Returns where everything is kept.
   *
   * @param told by an option; empty for the default
   */
  public static Path directory(Optional<Path> told, Checkout checkout) {
    return told.or(() -> home(System.getenv()))
        .orElseGet(() -> checkout.root().resolve(".tidings"));
  }

  /** Returns the data directory that the environment names; an empty variable counts as not set. */
  static Optional<Path> home(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("TIDINGS_HOME"))
        .filter(text -> !text.isBlank())
        .map(text -> new DataPath().convert(text));
  }

  /** Returns {@code ours} followed by the environment's options: the last ones win. */
  public static List<String> jvmOptions(List<String> ours) {
    var options = new ArrayList<>(ours);
    String more = System.getenv().getOrDefault("TIDINGS_JAVA_OPTS", "").strip();
    if (!more.isEmpty()) {
      options.addAll(List.of(more.split(" +", -1)));
    }
    return options;
  }
}
