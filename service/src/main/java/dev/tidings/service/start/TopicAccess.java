package dev.tidings.service.start;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicNames;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The permissions that a service needs, by topic. They are checked explicitly, because a service
 * without traffic would not notice a missing write permission.
 *
 * @param needed the operations that it requires
 */
public record TopicAccess(Map<LogTopic<?>, Set<AclOperation>> needed) {

  public TopicAccess {
    needed = Map.copyOf(needed);
  }

  /**
   * Returns the access of a service that reads some topics and writes others; a topic may be in
   * both.
   */
  public static TopicAccess of(List<LogTopic<?>> read, List<LogTopic<?>> written) {
    Map<LogTopic<?>, Set<AclOperation>> needed = new HashMap<>();
    read.forEach(topic -> operations(needed, topic).add(AclOperation.READ));
    written.forEach(topic -> operations(needed, topic).add(AclOperation.WRITE));
    return new TopicAccess(needed);
  }

  private static Set<AclOperation> operations(
      Map<LogTopic<?>, Set<AclOperation>> needed, LogTopic<?> topic) {
    return needed.computeIfAbsent(topic, none -> EnumSet.noneOf(AclOperation.class));
  }

  /** Returns the same access for the topics with the names of an installation. */
  public TopicAccess named(TopicNames names) {
    Map<LogTopic<?>, Set<AclOperation>> named = new HashMap<>();
    needed.forEach(
        (topic, operations) -> named.put(names.all(List.of(topic)).getFirst(), operations));
    return new TopicAccess(named);
  }

  /**
   * Returns a description of missing permissions; empty if none is missing, or the brokers do not
   * report them.
   *
   * @throws ExecutionException with Kafka's exception as its cause if the brokers cannot be asked
   */
  Optional<String> refused(Admin admin) throws InterruptedException, ExecutionException {
    Map<String, Set<AclOperation>> byName =
        needed.entrySet().stream()
            .collect(Collectors.toMap(entry -> entry.getKey().name(), Map.Entry::getValue));
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                byName.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    Map<String, Set<AclOperation>> refused = new TreeMap<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> topic : asked.entrySet()) {
      Set<AclOperation> expected = byName.getOrDefault(topic.getKey(), Set.of());
      Set<AclOperation> missing = new TreeSet<>(expected);
      missing.removeAll(allowed(topic.getValue(), expected));
      if (!missing.isEmpty()) {
        refused.put(topic.getKey(), missing);
      }
    }
    return refused.isEmpty()
        ? Optional.empty()
        : Optional.of("not allowed: " + refused + " (expected: what this service has to do)");
  }

  private static Set<AclOperation> allowed(
      KafkaFuture<TopicDescription> topic, Set<AclOperation> needed)
      throws InterruptedException, ExecutionException {
    try {
      Set<AclOperation> told = topic.get().authorizedOperations();
      return told == null ? needed : told;
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        // Read or write permission implies Describe.
        case TopicAuthorizationException nothing -> Set.of();
        // Reported elsewhere.
        case UnknownTopicOrPartitionException gone -> needed;
        case null, default -> throw e;
      };
    }
  }
}
