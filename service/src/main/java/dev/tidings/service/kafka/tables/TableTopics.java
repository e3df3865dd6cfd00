package dev.tidings.service.kafka.tables;

import dev.tidings.service.kafka.TopicIds;
import dev.tidings.service.rocks.TableOrigins;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * What is known of the topics of an application's tables.
 *
 * @param origins which topics the tables on this disk were built from
 * @param found the ids of the topics as the service found them
 * @param now asks for the id that a topic has
 * @param commits the commits of the application's group
 */
public record TableTopics(
    TableOrigins origins, Map<String, Uuid> found, TopicIds now, GroupCommits commits) {
  public TableTopics {
    found = Map.copyOf(found);
  }
}
