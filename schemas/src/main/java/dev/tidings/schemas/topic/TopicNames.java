package dev.tidings.schemas.topic;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What Kafka calls the topics and groups of an installation: several can share a cluster and a
 * registry if each has a prefix of its own. Subjects begin with it too, since they are named after
 * their topics.
 */
public final class TopicNames {
  /** Without a prefix. */
  public static final TopicNames PLAIN = new TopicNames("");

  private final String prefix;
  private final Map<String, String> topics;

  /**
   * Names with a prefix.
   *
   * @param prefix in front of every name, as it is; may be empty
   */
  public TopicNames(String prefix) {
    this.prefix = prefix;
    this.topics =
        LogTopics.all().stream()
            .map(LogTopic::name)
            .collect(Collectors.toMap(Function.identity(), prefix::concat));
  }

  /** The name of a topic; makes nothing, so that it may be asked for every record. */
  public String of(LogTopic<?> topic) {
    return topics.getOrDefault(topic.name(), topic.name());
  }

  /** The name of a group, or of an application of Kafka Streams. */
  public String group(String name) {
    return prefix.concat(name);
  }

  /** The topics as they are to be found, created and compared. */
  public List<LogTopic<?>> all(List<LogTopic<?>> topics) {
    return topics.stream().<LogTopic<?>>map(topic -> topic.prefixed(prefix)).toList();
  }
}
