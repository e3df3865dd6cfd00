package dev.tidings.schemas.topic;

/**
 * One way in which a topic is not as it has to be.
 *
 * @param topic its name
 * @param what the name of a configuration, {@code partitions} or {@code replicas}
 * @param found what it is
 * @param expected what would do
 * @param vital whether notifications can be lost by it
 */
public record TopicDifference(
    String topic, String what, String found, String expected, boolean vital) {

  /** Without the topic: {@code cleanup.policy: delete (expected: compact)}. */
  public String withoutTopic() {
    return "%s: %s (expected: %s)".formatted(what, found, expected);
  }

  @Override
  public String toString() {
    return topic + ": " + withoutTopic();
  }
}
