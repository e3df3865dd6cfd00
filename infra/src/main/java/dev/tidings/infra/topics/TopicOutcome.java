package dev.tidings.infra.topics;

import java.util.List;

/** What provisioning found, or did, for one topic. */
public sealed interface TopicOutcome {
  /** The topic's name. */
  String topic();

  /** It was not there; it is now. */
  record Created(String topic, int partitions) implements TopicOutcome {}

  /** It is there, as it should be. */
  record AsExpected(String topic) implements TopicOutcome {}

  /** It is there, but different; it was left so. */
  record Differs(String topic, List<Difference> differences) implements TopicOutcome {
    public Differs {
      differences = List.copyOf(differences);
    }
  }

  /**
   * One way in which a topic is different.
   *
   * @param what the partition count or a configuration's name
   * @param found what it is
   * @param expected what it should be
   */
  record Difference(String what, String found, String expected) {
    @Override
    public String toString() {
      return "%s: %s (expected: %s)".formatted(what, found, expected);
    }
  }
}
