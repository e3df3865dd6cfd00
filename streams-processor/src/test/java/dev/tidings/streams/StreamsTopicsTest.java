package dev.tidings.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.streams.broadcast.BroadcastStep;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.resolve.ResolveStep;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.StreamsTopology;
import dev.tidings.streams.write.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

/** What the topology reads and writes is what it is checked for, and what the documents allow. */
final class StreamsTopicsTest {
  private static final String COMMAND = "$acl --allow-principal User:streams ";

  /** Kafka Streams keeps these tables' topics by itself, so the description does not have them. */
  private static final List<String> OWN_TABLES =
      List.of(LogTopics.WAITING.name(), LogTopics.DAILY_COUNTS.name());

  @Test
  void it_is_unready_without_any_right_that_its_topology_needs() {
    Map<String, Set<AclOperation>> checked = new TreeMap<>();
    for (Map.Entry<LogTopic<?>, Set<AclOperation>> topic :
        StreamsTopics.ACCESS.needed().entrySet()) {
      checked.put(topic.getKey().name(), topic.getValue());
    }

    assertThat(checked).isEqualTo(ofTheTopology());
  }

  @Test
  void the_documented_rights_are_all_that_its_topology_needs() throws Exception {
    Map<String, Set<AclOperation>> documented = documented();

    ofTheTopology()
        .forEach((topic, operations) ->
            assertThat(documented.get(topic)).as(topic).containsAll(operations));
  }

  private static Map<String, Set<AclOperation>> ofTheTopology() {
    Map<String, Set<AclOperation>> needed = new TreeMap<>();
    for (TopologyDescription.Subtopology part : topology().describe().subtopologies()) {
      for (TopologyDescription.Node node : part.nodes()) {
        switch (node) {
          case TopologyDescription.Source source ->
              source.topicSet().forEach(topic -> add(needed, topic, AclOperation.READ));
          case TopologyDescription.Sink sink -> add(needed, sink.topic(), AclOperation.WRITE);
          default -> {
            // A processor has no topic.
          }
        }
      }
    }
    for (String table : OWN_TABLES) {
      add(needed, table, AclOperation.READ);
      add(needed, table, AclOperation.WRITE);
    }
    return needed;
  }

  private static void add(
      Map<String, Set<AclOperation>> needed, String topic, AclOperation operation) {
    needed.computeIfAbsent(topic, first -> new TreeSet<>()).add(operation);
  }

  private static Topology topology() {
    InstantSource clock = InstantSource.system();
    RegistryClient registry =
        new RegistryClient(
            RegistryConfig.of(
                Map.of(RegistryConfig.URL, "http://localhost:1", "max.retries", "0")));
    StepContext stepContext =
        new StepContext(
            registry,
            new RegistryRetry(Duration.ofMillis(1), clock),
            new Meters(new SimpleMeterRegistry(), clock),
            clock,
            TopicNames.PLAIN,
            1,
            "streams-1",
            Duration.ofSeconds(5),
            (_, _) -> null,
            () -> Long.MAX_VALUE,
            false);
    try {
      return StreamsTopology.of(
          TopicNames.PLAIN,
          List.of(new ResolveStep(stepContext), new BroadcastStep(stepContext, 1)));
    } finally {
      registry.close();
    }
  }

  /** The rights that docs/security.md gives it, by topic. */
  private static Map<String, Set<AclOperation>> documented() throws Exception {
    Map<String, Set<AclOperation>> rights = new TreeMap<>();
    String page = Files.readString(Path.of("../docs/security.md")).replaceAll("\\\\\n\\s*", " ");
    page.lines()
        .filter(line -> line.startsWith(COMMAND))
        .forEach(line -> {
          List<String> words = Arrays.asList(line.substring(COMMAND.length()).split("\\s+", -1));
          Set<AclOperation> operations = new TreeSet<>();
          for (int i = 0; i + 1 < words.size(); i += 2) {
            if (words.get(i).equals("--operation")) {
              operations.add(operation(words.get(i + 1)));
            }
          }
          for (int i = 0; i + 1 < words.size(); i += 2) {
            if (words.get(i).equals("--topic")) {
              String topic = words.get(i + 1);
              operations.forEach(operation -> add(rights, topic, operation));
            }
          }
        });
    return rights;
  }

  private static AclOperation operation(String name) {
    return AclOperation.fromString(
        name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
  }
}
