package dev.tidings.infra.topics;

import static java.util.Objects.requireNonNull;

import dev.tidings.infra.topics.TopicOutcome.AsExpected;
import dev.tidings.infra.topics.TopicOutcome.Created;
import dev.tidings.infra.topics.TopicOutcome.Differs;
import dev.tidings.infra.topics.TopicOutcome.Repaired;
import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicDifference;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.start.TopicReader;
import dev.tidings.service.start.TopicsFound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Brings a cluster's topics in line with the catalogue: creates missing ones, and sets the
 * configuration of existing ones. The numbers of partitions and replicas are reported and not
 * changed: that would move keys, or data.
 */
public final class TopicProvisioner {
  private static final int UNKNOWN = -1;

  private final Admin admin;
  private final int partitions;
  private final Optional<Short> replicationFactor;

  /**
   * Creates a provisioner for a cluster; the caller closes {@code admin}.
   *
   * @param partitions the number of partitions of each topic
   * @param replicationFactor the number of replicas; empty for the brokers' default
   */
  public TopicProvisioner(Admin admin, int partitions, Optional<Short> replicationFactor) {
    this.admin = admin;
    this.partitions = partitions;
    this.replicationFactor = replicationFactor;
  }

  /** Creates missing topics under these names, and compares and repairs existing ones. */
  public List<TopicOutcome> provision(TopicNames names) throws InterruptedException {
    try {
      return provision(names.all(LogTopics.all()));
    } catch (ExecutionException e) {
      throw ProvisioningException.of(e);
    }
  }

  /**
   * Tries to create each topic first, and reports those that exist: so there is no gap between a
   * look and the creation.
   */
  private List<TopicOutcome> provision(List<LogTopic<?>> catalogue)
      throws InterruptedException, ExecutionException {
    CreateTopicsResult creation =
        admin.createTopics(catalogue.stream().map(this::toCreate).toList());
    Map<String, TopicOutcome> outcomes = new LinkedHashMap<>();
    List<LogTopic<?>> there = new ArrayList<>();
    Map<String, Map<String, String>> changes = new HashMap<>();
    for (LogTopic<?> topic : catalogue) {
      if (isDone(requireNonNull(creation.values().get(topic.name())))) {
        outcomes.put(topic.name(), new Created(topic.name(), topic.partitions(partitions)));
        strengthen(topic, replicas(creation, topic), changes);
      } else {
        there.add(topic);
      }
    }
    if (!there.isEmpty()) {
      TopicsFound found =
          new TopicsFound(
              there, new TopicReader(admin).read(there.stream().map(LogTopic::name).toList()));
      List<TopicDifference> differences = found.differences(Optional.of(partitions));
      there.forEach(
          topic -> outcomes.put(topic.name(), outcome(topic, found, differences, changes)));
    }
    alter(changes);
    return catalogue.stream().map(topic -> requireNonNull(outcomes.get(topic.name()))).toList();
  }

  private NewTopic toCreate(LogTopic<?> topic) {
    return new NewTopic(topic.name(), Optional.of(topic.partitions(partitions)), replicationFactor)
        .configs(topic.configs(replicationFactor.orElse((short) 1)));
  }

  /** Returns the number of replicas of a new topic, which the brokers may have chosen. */
  private int replicas(CreateTopicsResult creation, LogTopic<?> topic) throws InterruptedException {
    if (replicationFactor.isPresent()) {
      return UNKNOWN;
    }
    try {
      return creation.replicationFactor(topic.name()).get();
    } catch (ExecutionException e) {
      // Not everybody may see it; a service reports what is missing when it starts.
      return UNKNOWN;
    }
  }

  private static void strengthen(
      LogTopic<?> topic, int replicas, Map<String, Map<String, String>> changes) {
    if (replicas > 1) {
      Map<String, String> strong = new HashMap<>(topic.configs(replicas));
      strong.entrySet().removeAll(topic.configs().entrySet());
      changes.put(topic.name(), strong);
    }
  }

  private TopicOutcome outcome(
      LogTopic<?> topic,
      TopicsFound found,
      List<TopicDifference> all,
      Map<String, Map<String, String>> changes) {
    FoundTopic there = requireNonNull(found.found().get(topic.name()));
    Map<String, String> configs = topic.configs(there.replicas());
    List<TopicDifference> repaired = new ArrayList<>();
    List<TopicDifference> left = new ArrayList<>();
    Map<String, String> change = new HashMap<>();
    for (TopicDifference difference : all) {
      String value = configs.get(difference.what());
      if (!difference.topic().equals(topic.name())) {
        continue;
      }
      if (value == null) {
        left.add(difference);
      } else {
        repaired.add(difference);
        change.put(difference.what(), value);
      }
    }
    replicationFactor
        .filter(wanted -> wanted > there.replicas())
        .filter(wanted -> left.stream().noneMatch(known -> known.what().equals("replicas")))
        .ifPresent(wanted ->
            left.add(
                new TopicDifference(
                    topic.name(), "replicas", there.replicas() + "", wanted + "", false)));
    if (!change.isEmpty()) {
      changes.put(topic.name(), change);
    }
    if (!left.isEmpty()) {
      return new Differs(topic.name(), left, repaired);
    }
    return repaired.isEmpty() ? new AsExpected(topic.name()) : new Repaired(topic.name(), repaired);
  }

  private void alter(Map<String, Map<String, String>> changes)
      throws InterruptedException, ExecutionException {
    Map<ConfigResource, Collection<AlterConfigOp>> operations = new HashMap<>();
    changes.forEach((topic, configs) ->
        operations.put(
            new ConfigResource(ConfigResource.Type.TOPIC, topic),
            configs.entrySet().stream()
                .map(config ->
                    new AlterConfigOp(
                        new ConfigEntry(config.getKey(), config.getValue()),
                        AlterConfigOp.OpType.SET))
                .toList()));
    if (!operations.isEmpty()) {
      admin.incrementalAlterConfigs(operations).all().get();
    }
  }

  private static boolean isDone(KafkaFuture<Void> creation)
      throws InterruptedException, ExecutionException {
    try {
      creation.get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }
}
