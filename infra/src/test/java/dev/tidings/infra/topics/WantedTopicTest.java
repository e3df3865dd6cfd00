package dev.tidings.infra.topics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.topics.TopicOutcome.AsExpected;
import dev.tidings.infra.topics.TopicOutcome.Differs;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class WantedTopicTest {
  private final WantedTopic topic =
      new WantedTopic(
          "tidings.receipts", 8, Map.of("cleanup.policy", "compact,delete", "retention.ms", "-1"));

  @Test
  void aTopicThatHasWhatIsWantedAndMoreIsAsExpected() {
    var found = Map.of("cleanup.policy", "compact,delete", "retention.ms", "-1", "flush.ms", "1");

    assertThat(topic.compare(8, found)).isEqualTo(new AsExpected("tidings.receipts"));
  }

  @Test
  void everyDifferenceIsTold() {
    var found = Map.of("cleanup.policy", "delete");

    assertThat(topic.compare(4, found))
        .asInstanceOf(InstanceOfAssertFactories.type(Differs.class))
        .extracting(Differs::differences)
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "partitions: 4 (expected: 8)",
            "cleanup.policy: delete (expected: compact,delete)",
            "retention.ms: not set (expected: -1)");
  }
}
