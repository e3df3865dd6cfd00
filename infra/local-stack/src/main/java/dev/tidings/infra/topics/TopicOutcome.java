package dev.tidings.infra.topics;

import dev.tidings.schemas.topic.TopicDifference;
import java.util.List;

/** The outcome of provisioning for one topic. */
public sealed interface TopicOutcome {
  /** Returns the topic's name. */
  String topic();

  /** It was missing, and has been created. */
  record Created(String topic, int partitions) implements TopicOutcome {}

  /** It exists, as expected. */
  record AsExpected(String topic) implements TopicOutcome {}

  /** Its configuration was different, and has been set. */
  record Repaired(String topic, List<TopicDifference> repaired) implements TopicOutcome {
    public Repaired {
      repaired = List.copyOf(repaired);
    }
  }

  /**
   * It is different in a way that cannot be set, such as the number of its partitions.
   *
   * @param differences what is still different
   * @param repaired what was set
   */
  record Differs(String topic, List<TopicDifference> differences, List<TopicDifference> repaired)
      implements TopicOutcome {
    public Differs {
      differences = List.copyOf(differences);
      repaired = List.copyOf(repaired);
    }
  }
}
