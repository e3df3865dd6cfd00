package dev.tidings.schemas.topic;

import java.util.Map;
import java.util.Optional;

/**
 * A topic as the brokers have it.
 *
 * @param name its name
 * @param partitions how many it has
 * @param replicas how often its least replicated partition is kept
 * @param leaderless how many partitions no broker leads, so that nobody can read or write them
 * @param configs what is set, by Kafka's names, defaults too; empty if it may not be looked at
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
