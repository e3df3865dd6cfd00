package dev.tidings.schemas.topic;

import java.util.Map;
import java.util.Optional;

/**
 * A topic as the brokers have it.
 *
 * @param name its name
 * @param partitions its number of partitions
 * @param replicas the number of replicas of its least replicated partition
 * @param leaderless the number of partitions without a leader, which can be neither read nor
 *     written
 * @param configs its configuration, by Kafka's names, including defaults; empty without permission
 *     to read it
 */
public record FoundTopic(
    String name,
    int partitions,
    int replicas,
    int leaderless,
    Optional<Map<String, String>> configs) {

  public FoundTopic {
    configs = configs.map(Map::copyOf);
  }
}
