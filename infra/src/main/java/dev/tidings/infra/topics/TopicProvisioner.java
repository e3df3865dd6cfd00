package dev.tidings.infra.topics;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.topics.TopicOutcome.Created;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Brings a cluster's topics in line with the catalogue, as far as that takes nothing but creating
 * them.
 */
public final class TopicProvisioner {
  private final Admin admin;
  private final int partitions;
  private final Optional<Short> replicationFactor;

  /**
   * A provisioner for the cluster of {@code admin}, which stays the caller's to close.
   *
   * @param partitions how many partitions each topic has
   * @param replicationFactor how often a new topic is replicated; empty for the brokers' default
   */
  public TopicProvisioner(Admin admin, int partitions, Optional<Short> replicationFactor) {
    this.admin = admin;
    this.partitions = partitions;
    this.replicationFactor = replicationFactor;
  }

  /** Creates what is missing and compares what is there. */
  public List<TopicOutcome> provision() throws InterruptedException {
    List<LogTopic<?>> catalogue = LogTopics.all();
    return provision(catalogue.stream().map(topic -> WantedTopic.of(topic, partitions)).toList());
  }

  /**
   * Creating is tried first, and what there already is says so: there is no gap between looking and
   * creating.
   */
  List<TopicOutcome> provision(List<WantedTopic> wanted) throws InterruptedException {
    CreateTopicsResult creation =
        admin.createTopics(
            wanted.stream().map(topic -> topic.toCreate(replicationFactor)).toList());
    var outcomes = new ArrayList<TopicOutcome>();
    for (WantedTopic topic : wanted) {
      outcomes.add(
          isCreated(requireNonNull(creation.values().get(topic.name())))
              ? new Created(topic.name(), topic.partitions())
              : compare(topic));
    }
    return outcomes;
  }

  private static boolean isCreated(KafkaFuture<Void> creation) throws InterruptedException {
    try {
      creation.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw ProvisioningException.of(e);
    }
  }

  private TopicOutcome compare(WantedTopic topic) throws InterruptedException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
    var names = List.of(topic.name());
    try {
      TopicDescription description =
          requireNonNull(admin.describeTopics(names).topicNameValues().get(topic.name())).get();
      Config config =
          requireNonNull(admin.describeConfigs(List.of(resource)).values().get(resource)).get();
      Map<String, String> configs =
          config.entries().stream()
              .filter(entry -> entry.value() != null)
              .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
      return topic.compare(description.partitions().size(), configs);
    } catch (ExecutionException e) {
      throw ProvisioningException.of(e);
    }
  }
}
