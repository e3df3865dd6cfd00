package dev.tidings.infra.topics;

import dev.tidings.schemas.topic.TopicDifference;
import java.util.List;

/** What provisioning found, or did, for one topic. */
public sealed interface TopicOutcome {
  /** The topic's name. */
  String topic();

  /** It was not there; it is now. */
  record Created(String topic, int partitions) implements TopicOutcome {}

  /** It is there, as it should be. */
  record AsExpected(String topic) implements TopicOutcome {}

  /** Its configuration was different, and is no more. */
  record Repaired(String topic, List<TopicDifference> repaired) implements TopicOutcome {
    public Repaired {
      repaired = List.copyOf(repaired);
    }
  }

  /**
   * It is different in a way that can't be set, such as the number of its partitions.
   *
   * @param differences what is left
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
