package dev.tidings.infra.cli;

import dev.tidings.infra.topics.SchemaProvisioner;
import dev.tidings.infra.topics.TopicOutcome;
import dev.tidings.infra.topics.TopicOutcome.AsExpected;
import dev.tidings.infra.topics.TopicOutcome.Created;
import dev.tidings.infra.topics.TopicOutcome.Differs;
import dev.tidings.infra.topics.TopicOutcome.Repaired;
import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.LogSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Creates and checks the log's topics. */
@Command(
    name = "topics",
    description = "Provisions the topics of a cluster.",
    synopsisSubcommandLabel = "create")
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
final class TopicsCommand implements Runnable {
  private static final int DIFFERENT = 3;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to do with them: create");
  }

  @Command(
      name = "create",
      description = {
        "Creates the topics that are missing, Kafka Streams' own included, sets the configuration"
            + " of those that are there, and registers their schemas.",
        "Tells which have other partitions or fewer replicas, and leaves these as they are."
      },
      footer = {"", "Exit code 3: a topic differs in what can't be set."})
  int create(
      @Option(
              names = "--bootstrap-servers",
              paramLabel = "HOST:PORT",
              defaultValue = "localhost:9092",
              description = "The cluster (default: ${DEFAULT-VALUE}).")
          String bootstrapServers,
      @Option(
              names = "--command-config",
              paramLabel = "FILE",
              description =
                  "Properties for the Kafka client and the registry's: security, for example.")
          Optional<Path> commandConfig,
      @Option(
              names = "--partitions",
              paramLabel = "N",
              defaultValue = "" + LogTopics.DEFAULT_PARTITIONS,
              description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
          int partitions,
      @Option(
              names = "--replication-factor",
              paramLabel = "N",
              defaultValue = "-1",
              description = "Replicas of every topic (default: what the brokers' default is).")
          short replicationFactor,
      @Option(
              names = "--schema-registry-url",
              paramLabel = "URL",
              description = "Where to register the schemas (default: nowhere).")
          Optional<String> registryUrl,
      @Option(
              names = "--topic-prefix",
              paramLabel = "PREFIX",
              defaultValue = "",
              description =
                  "What is in front of every name: the services' topic.prefix (default: nothing).")
          String prefix)
      throws IOException, InterruptedException {
    Properties config = read(commandConfig);
    config.put("bootstrap.servers", bootstrapServers);
    config.putIfAbsent("default.api.timeout.ms", "10000");
    config.putIfAbsent("request.timeout.ms", "5000");
    Optional<Short> replicas =
        replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
    TopicNames names = names(prefix);
    PrintWriter out = spec.commandLine().getOut();
    List<TopicOutcome> outcomes;
    try (Admin admin = admin(config, bootstrapServers)) {
      outcomes = new TopicProvisioner(admin, partitions, replicas).provision(names);
    }
    outcomes.forEach(outcome -> out.println(words(outcome)));
    registryUrl.ifPresent(url -> registerSchemas(config, url, names, out));
    return outcomes.stream().anyMatch(Differs.class::isInstance) ? DIFFERENT : ExitCode.OK;
  }

  private TopicNames names(String prefix) {
    try {
      return new TopicNames(
          LogSettings.topicPrefix(
              Config.of(LogSettings.ALL, Map.of(LogSettings.TOPIC_PREFIX.name(), prefix))));
    } catch (ConfigException e) {
      throw new ParameterException(spec.commandLine(), "--topic-prefix: " + e.getMessage(), e);
    }
  }

  private Admin admin(Properties config, String bootstrapServers) {
    try {
      return Admin.create(config);
    } catch (KafkaException e) {
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new ParameterException(
          spec.commandLine(),
          "--bootstrap-servers: '%s' (expected: HOST:PORT of one or more brokers): %s"
              .formatted(bootstrapServers, why),
          e);
    }
  }

  private static Properties read(Optional<Path> file) throws IOException {
    var properties = new Properties();
    if (file.isPresent()) {
      try (Reader reader = Files.newBufferedReader(file.get())) {
        properties.load(reader);
      }
    }
    return properties;
  }

  private static void registerSchemas(
      Properties config, String url, TopicNames names, PrintWriter out) {
    config.put(RegistryConfig.URL, url);
    var settings = new java.util.HashMap<String, Object>();
    config.forEach((name, value) -> settings.put(name.toString(), value));
    try (var registry = new RegistryClient(RegistryConfig.of(settings))) {
      out.println(new SchemaProvisioner(registry).provision(names) + " schemas are registered");
    }
  }

  private static String words(TopicOutcome outcome) {
    return switch (outcome) {
      case Created(String topic, int partitions) ->
          "%s: created with %d partitions".formatted(topic, partitions);
      case AsExpected(String topic) -> topic + ": as expected";
      case Repaired(String topic, var repaired) -> topic + ": set anew" + lines(repaired);
      case Differs(String topic, var differences, var repaired) ->
          topic
              + ": different"
              + lines(differences)
              + (repaired.isEmpty() ? "" : System.lineSeparator() + "  set anew" + lines(repaired));
    };
  }

  private static String lines(List<TopicDifference> differences) {
    return differences.stream()
        .map(difference -> System.lineSeparator() + "  " + difference.withoutTopic())
        .collect(Collectors.joining());
  }
}
