package dev.tidings.schemas.topic;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A topic as the brokers have it.
 *
 * @param name its name
 * @param id the id that the brokers gave it; a topic that is deleted and created again has another
 * @param partitions its number of partitions
 * @param replicas the number of replicas of its least replicated partition
 * @param unwritable the partitions that take no records now
 * @param configs its configuration, by Kafka's names, including defaults; empty without permission
 *     to read it
 */
public record FoundTopic(
    String name,
    String id,
    int partitions,
    int replicas,
    List<UnwritablePartition> unwritable,
    Optional<Map<String, String>> configs) {

  public FoundTopic {
    unwritable = List.copyOf(unwritable);
    configs = configs.map(Map::copyOf);
  }
}
