package dev.tidings.infra.cli;

import dev.tidings.infra.cli.options.ClusterOptions;
import dev.tidings.infra.cli.options.Values;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.topics.SchemaProvisioner;
import dev.tidings.infra.topics.TopicOutcome;
import dev.tidings.infra.topics.TopicOutcome.AsExpected;
import dev.tidings.infra.topics.TopicOutcome.Created;
import dev.tidings.infra.topics.TopicOutcome.Differs;
import dev.tidings.infra.topics.TopicOutcome.Repaired;
import dev.tidings.infra.topics.TopicProvisioner;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.schemas.topic.TopicNames;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Creates and checks the log's topics. */
@Command(
    name = "topics",
    description = "Provisions the topics of a cluster.",
    synopsisSubcommandLabel = "create",
    footer = {"", "For example:", "  tidings topics create --help"})
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
      exitCodeList = {
        "0:all went well",
        "1:something failed",
        "2:the command was not understood",
        "3:a topic differs in what can't be set"
      },
      footer = {
        "",
        "For example:",
        "  tidings topics create --bootstrap-servers kafka:9092 --partitions 8 --replication-factor"
            + " 3"
      })
  int create(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--partitions",
              paramLabel = "N",
              converter = Values.AtLeastOne.class,
              defaultValue = "" + LogTopics.DEFAULT_PARTITIONS,
              description = "Partitions of every topic (default: ${DEFAULT-VALUE}).")
          int partitions,
      @Option(
              names = "--replication-factor",
              paramLabel = "N",
              converter = Values.Replicas.class,
              description = "Replicas of every topic (default: what the brokers' default is).")
          Optional<Short> replicationFactor,
      @Option(
              names = "--schema-registry-url",
              paramLabel = "URL",
              description = "Where to register the schemas (default: nowhere).")
          Optional<String> registryUrl)
      throws IOException, InterruptedException {
    Map<String, String> config = cluster.properties();
    Optional<RegistryConfig> registry = Optional.empty();
    if (registryUrl.isPresent()) {
      config.put(RegistryConfig.URL, registryUrl.get());
      registry = Optional.of(cluster.registry(config));
    }
    TopicNames names = cluster.names();
    Output output = cluster.output(spec);
    List<TopicOutcome> outcomes;
    try (Admin admin = cluster.openAdmin(config)) {
      outcomes = new TopicProvisioner(admin, partitions, replicationFactor).provision(names);
    }
    outcomes.forEach(outcome -> output.print(words(outcome), facts(outcome)));
    registry.ifPresent(found -> registerSchemas(found, names, output));
    return outcomes.stream().anyMatch(Differs.class::isInstance) ? DIFFERENT : ExitCode.OK;
  }

  private static void registerSchemas(RegistryConfig config, TopicNames names, Output output) {
    try (var registry = new RegistryClient(config)) {
      int schemas = new SchemaProvisioner(registry).provision(names);
      output.print(schemas + " schemas are registered", Facts.of("schemas", schemas));
    }
  }

  private static Facts facts(TopicOutcome outcome) {
    return switch (outcome) {
      case Created(String topic, int partitions) ->
          Facts.of("topic", topic).and("outcome", "created").and("partitions", partitions);
      case AsExpected(String topic) -> Facts.of("topic", topic).and("outcome", "as expected");
      case Repaired(String topic, var repaired) ->
          Facts.of("topic", topic).and("outcome", "set anew").and("repaired", facts(repaired));
      case Differs(String topic, var differences, var repaired) ->
          Facts.of("topic", topic)
              .and("outcome", "different")
              .and("differences", facts(differences))
              .and("repaired", facts(repaired));
    };
  }

  private static List<Facts> facts(List<TopicDifference> differences) {
    return differences.stream()
        .map(difference ->
            Facts.of("setting", difference.what())
                .and("found", difference.found())
                .and("expected", difference.expected()))
        .toList();
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
