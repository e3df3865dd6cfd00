package dev.tidings.service.start;

import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.UnwritablePartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the description of topics from the brokers. Thread-safe, as the client is. */
public final class TopicReader {
  private static final Logger log = LoggerFactory.getLogger(TopicReader.class);

  private final Admin admin;
  private volatile boolean told;

  /** Creates a reader with this client, which the caller closes. */
  public TopicReader(Admin admin) {
    this.admin = admin;
  }

  /**
   * Returns those of the topics that exist.
   *
   * @throws ExecutionException with Kafka's exception as its cause if they cannot be described
   */
  public Map<String, FoundTopic> read(Collection<String> names)
      throws InterruptedException, ExecutionException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin.describeTopics(names).topicNameValues();
    Map<String, TopicDescription> described = new HashMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : asked.entrySet()) {
      try {
        described.put(topic.getKey(), topic.getValue().get());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw e;
        }
      }
    }
    Map<String, Map<String, String>> configs = configs(described.keySet());
    Map<String, FoundTopic> found = new HashMap<>();
    described.forEach(
        (name, topic) -> found.put(name, found(topic, Optional.ofNullable(configs.get(name)))));
    return found;
  }

  private static FoundTopic found(TopicDescription topic, Optional<Map<String, String>> configs) {
    int replicas =
        topic.partitions().stream()
            .mapToInt(partition -> partition.replicas().size())
            .min()
            .orElse(0);
    // Without permission to read it, one replica is enough.
    int needed = configs.map(all -> all.get("min.insync.replicas")).map(Integer::valueOf).orElse(1);
    return new FoundTopic(
        topic.name(),
        topic.topicId().toString(),
        topic.partitions().size(),
        replicas,
        unwritable(topic, needed),
        configs);
  }

  private static List<UnwritablePartition> unwritable(TopicDescription topic, int needed) {
    List<UnwritablePartition> unwritable = new ArrayList<>();
    for (TopicPartitionInfo partition : topic.partitions()) {
      boolean led = partition.leader() != null && !partition.leader().isEmpty();
      int inSync = partition.isr().size();
      // A write needs no more replicas than there are.
      int enough = Math.min(needed, partition.replicas().size());
      if (!led || inSync < enough) {
        unwritable.add(
            new UnwritablePartition(topic.name(), partition.partition(), led, inSync, enough));
      }
    }
    return unwritable;
  }

  private Map<String, Map<String, String>> configs(Collection<String> names)
      throws InterruptedException, ExecutionException {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<String, Map<String, String>> configs = new HashMap<>();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> topic :
        admin.describeConfigs(resources).values().entrySet()) {
      try {
        configs.put(topic.getKey().name(), values(topic.getValue().get()));
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case AuthorizationException refused -> tell(refused);
          // The topic was deleted meanwhile.
          case UnknownTopicOrPartitionException gone ->
              log.debug("no configuration of {}", topic.getKey().name(), gone);
          case null, default -> throw e;
        }
      }
    }
    return configs;
  }

  private void tell(AuthorizationException refused) {
    if (!told) {
      told = true;
      log.warn(
          "the configuration of topics is not looked at, for this service may not"
              + " (DescribeConfigs): {}",
          refused.getMessage());
    }
  }

  private static Map<String, String> values(Config config) {
    return config.entries().stream()
        .filter(entry -> entry.value() != null)
        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
  }
}
