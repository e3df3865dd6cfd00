package dev.tidings.service.kafka.tables;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/**
 * Of which topics the commits of a group are, by Kafka's ids: a commit of the group itself has the
 * topic's name alone. Kept as the metadata of commits of a second group, which never has a member.
 *
 * @param ids by the names of the topics
 */
public record TopicsOfCommits(Map<String, Uuid> ids) {
  private static final String SUFFIX = "-topics";
  private static final String VERSION = "1";

  public TopicsOfCommits {
    ids = Map.copyOf(ids);
  }

  /** Returns the name of the group that keeps them for another. */
  public static String group(String of) {
    return of + SUFFIX;
  }

  /** Returns the form in which they are kept. */
  public String metadata() {
    return new TreeMap<>(ids)
        .entrySet().stream()
            .map(topic -> topic.getKey() + "=" + topic.getValue())
            .collect(Collectors.joining(" ", VERSION + " ", ""));
  }

  /** Parses the result of {@link #metadata}; empty if it is something else. */
  public static Optional<TopicsOfCommits> parse(String metadata) {
    String[] parts = metadata.split(" ", -1);
    if (!parts[0].equals(VERSION)) {
      return Optional.empty();
    }
    Map<String, Uuid> ids = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int end = parts[i].indexOf('=');
      try {
        ids.put(
            parts[i].substring(0, Math.max(0, end)), Uuid.fromString(parts[i].substring(end + 1)));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(new TopicsOfCommits(ids));
  }
}
