package dev.tidings.infra.cli;

import dev.tidings.infra.cli.credential.AdminCredentialFile;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.ServicePorts;
import dev.tidings.infra.pipeline.ServicePorts.Port;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.stack.Checkout;
import dev.tidings.infra.stack.Progress;
import dev.tidings.infra.stack.StackOptions;
import dev.tidings.service.net.ListenAddresses;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options for the pipeline's data directory and ports. Every port may be 0: any free one. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class StackArguments {
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
          "Where providers and devices are listened for; 0.0.0.0, with --open, lets real devices in"
              + " (default: ${DEFAULT-VALUE}, this machine only).")
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
      names = "--kafka-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9092",
      description = "Kafka broker (default: ${DEFAULT-VALUE}). Any port may be 0: any free one.")
  int kafka;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8081",
      description = "Schema registry (default: ${DEFAULT-VALUE}).")
  int registry;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8080",
      description = "Providers, HTTP/2 in plain text and HTTP/1.1 (default: ${DEFAULT-VALUE}).")
  int http;

  @Option(
      names = "--https-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8443",
      description = "Providers, HTTP/2 and HTTP/1.1 over TLS (default: ${DEFAULT-VALUE}).")
  int https;

  @Option(
      names = "--admin-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8090",
      description =
          "Administrators, on this machine only, with the credential in admin.credential (default:"
              + " ${DEFAULT-VALUE}).")
  int admin;

  @Option(
      names = "--mqtt-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "1883",
      description = "Devices, MQTT (default: ${DEFAULT-VALUE}).")
  int mqtt;

  @Option(
      names = "--mqtt-tls-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8883",
      description = "Devices, MQTT over TLS (default: ${DEFAULT-VALUE}).")
  int mqttTls;

  @Option(
      names = "--mqtt-ws-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8083",
      description = "Devices, MQTT over WebSocket (default: ${DEFAULT-VALUE}).")
  int mqttWs;

  @Option(
      names = "--mqtt-wss-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "8084",
      description = "Devices, MQTT over WebSocket within TLS (default: ${DEFAULT-VALUE}).")
  int mqttWss;

  @Option(
      names = "--node-internal-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "1884",
      description = "Delivery nodes, for one another (default: ${DEFAULT-VALUE}).")
  int nodeInternal;

  @Option(
      names = "--ingest-management-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9101",
      description = "Health and metrics of ingest-api (default: ${DEFAULT-VALUE}).")
  int ingestManagement;

  @Option(
      names = "--streams-management-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9102",
      description = "Health and metrics of streams-processor (default: ${DEFAULT-VALUE}).")
  int streamsManagement;

  @Option(
      names = "--node-management-port",
      paramLabel = "PORT",
      converter = PortNumber.class,
      defaultValue = "9103",
      description = "Health and metrics of delivery-node (default: ${DEFAULT-VALUE}).")
  int nodeManagement;

  @Option(names = "--free-ports", description = "Any free port for everything.")
  boolean freePorts;

  private Optional<AdminCredentialFile> credential = Optional.empty();

  /**
   * Returns the pipeline's options.
   *
   * @param jvm options of the broker's JVM, and of the services' JVMs before those of the
   *     environment
   */
  PipelineOptions options(Progress progress, List<String> jvm) {
    requireClosed();
    Checkout checkout = Checkout.find().makingCaches();
    var stack =
        new StackOptions(
            checkout,
            directory(data, checkout),
            freePorts ? 0 : kafka,
            freePorts ? 0 : registry,
            1,
            jvm,
            Map.of(),
            progress);
    var options =
        new PipelineOptions(stack, freePorts ? ServicePorts.free() : ports(), jvmOptions(jvm));
    AdminCredentialFile administrator = AdminCredentialFile.in(stack.data());
    credential = Optional.of(administrator);
    options =
        options
            .with(TidingsService.INGEST_API, "auth.admin", "credentials")
            .with(TidingsService.INGEST_API, "auth.admin.credential", administrator.setting());
    for (TidingsService service : TidingsService.values()) {
      options = bound(options, service);
      // The services read it themselves; the provisioning of topics needs it as well.
      String prefix = System.getenv("TIDINGS_TOPIC_PREFIX");
      if (prefix != null && !prefix.isBlank()) {
        options = options.with(service, "topic.prefix", prefix);
      }
    }
    return options;
  }

  /** Returns how to use the admin port of what was started with the options, for people. */
  String administration(Pipeline pipeline) {
    return credential
        .orElseThrow()
        .keep()
        .howTo(pipeline.endpoint(TidingsService.INGEST_API, "admin").toString());
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
      if (!open && !ListenAddresses.of(bind).areLoopback()) {
        throw new ParameterException(
            command.commandLine(),
            "--bind: "
                + bind
                + " (expected: localhost; or with it --open, with which whoever reaches the ports"
                + " may send to every token and be any device)");
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
  static Path directory(Optional<Path> told, Checkout checkout) {
    return told.or(StackArguments::home).orElseGet(() -> checkout.root().resolve(".tidings"));
  }

  /** Returns the data directory that the environment names; an empty variable counts as not set. */
  private static Optional<Path> home() {
    return Optional.ofNullable(System.getenv("TIDINGS_HOME"))
        .filter(text -> !text.isBlank())
        .map(text -> new DataPath().convert(text));
  }

  private ServicePorts ports() {
    return ServicePorts.defaults()
        .with(Port.HTTP, http)
        .with(Port.HTTPS, https)
        .with(Port.ADMIN, admin)
        .with(Port.MQTT, mqtt)
        .with(Port.MQTT_TLS, mqttTls)
        .with(Port.MQTT_WS, mqttWs)
        .with(Port.MQTT_WSS, mqttWss)
        .with(Port.NODE_INTERNAL, nodeInternal)
        .with(Port.INGEST_MANAGEMENT, ingestManagement)
        .with(Port.STREAMS_MANAGEMENT, streamsManagement)
        .with(Port.NODE_MANAGEMENT, nodeManagement);
  }

  /** Returns {@code ours} followed by the environment's options: the last ones win. */
  static List<String> jvmOptions(List<String> ours) {
    var options = new ArrayList<>(ours);
    String more = System.getenv().getOrDefault("TIDINGS_JAVA_OPTS", "").strip();
    if (!more.isEmpty()) {
      options.addAll(List.of(more.split(" +", -1)));
    }
    return options;
  }
}
