package dev.tidings.infra.cli.options;

import dev.tidings.infra.cli.output.Output;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.TopicNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which cluster, and whose topics in it. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public class ClusterOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      defaultValue = "localhost:9092",
      description = "The cluster (default: ${DEFAULT-VALUE}).")
  private String bootstrapServers;

  @Mixin private ClientFile clients;

  @Option(
      names = "--topic-prefix",
      paramLabel = "PREFIX",
      converter = Values.Prefix.class,
      description =
          "What is in front of every name: the services' topic.prefix (default: nothing).")
  private Optional<TopicNames> prefixed = Optional.empty();

  @Option(names = "--json", description = "Prints JSON, an object in a line.")
  private boolean json;

  /** What Kafka's clients and the registry's are told besides where they find either. */
  public static final class ClientFile {
    @Option(
        names = "--command-config",
        paramLabel = "FILE",
        converter = Values.ReadableFile.class,
        description = "Properties for the Kafka client and the registry's: security, for example.")
    private Optional<Path> file = Optional.empty();

    /** Returns the properties of the file, if there is one. */
    public Map<String, String> properties() throws IOException {
      return file.isPresent() ? PropertyFile.read(file.get()) : Map.of();
    }
  }

  /** Returns where a command prints. */
  public final Output output(CommandSpec command) {
    return Output.of(command, json);
  }

  /** Returns the settings of Kafka's clients and of the registry's. */
  public final Map<String, String> properties() throws IOException {
    Map<String, String> properties = new HashMap<>(clients.properties());
    properties.put("bootstrap.servers", bootstrapServers);
    properties.putIfAbsent("default.api.timeout.ms", "10000");
    properties.putIfAbsent("request.timeout.ms", "5000");
    return properties;
  }

  /** Returns the names of the topics. */
  public final TopicNames names() {
    return prefixed.orElse(TopicNames.PLAIN);
  }

  /**
   * Opens an admin client.
   *
   * @param properties what {@link #properties()} has returned
   */
  public final Admin openAdmin(Map<String, String> properties) {
    try {
      return Admin.create(Map.copyOf(properties));
    } catch (KafkaException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw invalid(
          "--bootstrap-servers: '%s' (expected: HOST:PORT of one or more brokers): %s"
              .formatted(bootstrapServers, why),
          e);
    }
  }

  /**
   * Returns the registry's settings.
   *
   * @param properties with the registry's URL
   */
  public final RegistryConfig registry(Map<String, String> properties) {
    try {
      return RegistryConfig.of(properties);
    } catch (org.apache.kafka.common.config.ConfigException e) {
      throw invalid("--schema-registry-url: " + e.getMessage(), e);
    }
  }

  /** Returns the failure of a command whose options are not understood. */
  protected final ParameterException invalid(String message, Exception cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }
}
