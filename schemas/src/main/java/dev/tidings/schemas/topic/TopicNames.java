package dev.tidings.schemas.topic;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The names of an installation's topics and groups in Kafka: several installations can share a
 * cluster and a registry if each has its own prefix. Subjects begin with it too, since they are
 * named after their topics.
 */
public final class TopicNames {
  /** Names without a prefix. */
  public static final TopicNames PLAIN = new TopicNames("");

  private final String prefix;
  private final Map<String, String> topics;

  /**
   * Creates names with a prefix.
   *
   * @param prefix put unchanged before every name; may be empty
   */
  public TopicNames(String prefix) {
    this.prefix = prefix;
    this.topics =
        LogTopics.all().stream()
            .map(LogTopic::name)
            .collect(Collectors.toMap(Function.identity(), prefix::concat));
  }

  /** Returns the name of a topic; allocates nothing, so it may be called for every record. */
  public String of(LogTopic<?> topic) {
    return topics.getOrDefault(topic.name(), topic.name());
  }

  /** Returns the name of a group, or of an application of Kafka Streams. */
  public String group(String name) {
    return prefix.concat(name);
  }

  /** Returns the topics under their names in Kafka. */
  public List<LogTopic<?>> all(List<LogTopic<?>> topics) {
    return topics.stream().<LogTopic<?>>map(topic -> topic.prefixed(prefix)).toList();
  }
}
