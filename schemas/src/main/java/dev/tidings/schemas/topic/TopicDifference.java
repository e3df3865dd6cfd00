package dev.tidings.schemas.topic;

/**
 * A difference between a topic and its required configuration.
 *
 * @param topic its name
 * @param what the name of a configuration, {@code partitions} or {@code replicas}
 * @param found the actual value
 * @param expected the accepted values
 * @param vital whether notifications can be lost because of it
 */
public record TopicDifference(
    String topic, String what, String found, String expected, boolean vital) {

  /**
   * Returns the difference without the topic: {@code cleanup.policy: delete (expected: compact)}.
   */
  public String withoutTopic() {
    return "%s: %s (expected: %s)".formatted(what, found, expected);
  }

  @Override
  public String toString() {
    return topic + ": " + withoutTopic();
  }
}
