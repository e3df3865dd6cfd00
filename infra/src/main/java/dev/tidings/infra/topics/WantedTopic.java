package dev.tidings.infra.topics;

import dev.tidings.infra.topics.TopicOutcome.AsExpected;
import dev.tidings.infra.topics.TopicOutcome.Difference;
import dev.tidings.infra.topics.TopicOutcome.Differs;
import dev.tidings.schemas.topic.LogTopic;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A topic as it should be.
 *
 * @param name its name
 * @param partitions how many partitions it has
 * @param configs its configuration, where that matters
 */
record WantedTopic(String name, int partitions, Map<String, String> configs) {

  static WantedTopic of(LogTopic<?> topic, int partitions) {
    return new WantedTopic(topic.name(), partitions, topic.configs());
  }

  NewTopic toCreate(Optional<Short> replicationFactor) {
    return new NewTopic(name, Optional.of(partitions), replicationFactor).configs(configs);
  }

  /** Compares it with what is there. */
  TopicOutcome compare(int actualPartitions, Map<String, String> actualConfigs) {
    var differences = new ArrayList<Difference>();
    if (actualPartitions != partitions) {
      differences.add(
          new Difference(
              "partitions", Integer.toString(actualPartitions), Integer.toString(partitions)));
    }
    configs.forEach((config, expected) -> {
      String found = actualConfigs.getOrDefault(config, "not set");
      if (!found.equals(expected)) {
        differences.add(new Difference(config, found, expected));
      }
    });
    return differences.isEmpty() ? new AsExpected(name) : new Differs(name, differences);
  }
}
