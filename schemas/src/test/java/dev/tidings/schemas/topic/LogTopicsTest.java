package dev.tidings.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class LogTopicsTest {
  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());
  private static final String QUARTER = Long.toString(Duration.ofDays(90).toMillis());

  @Test
  void theTopicsComeInPipelineOrder() {
    assertThat(LogTopics.all())
        .extracting(LogTopic::name)
        .containsExactly(
            "tidings.notifications",
            "tidings.registrations",
            "tidings.revocations",
            "tidings.generations",
            "tidings.deliveries",
            "tidings.inbox",
            "tidings.receipts",
            "tidings.dead-letters");
  }

  @Test
  void eachIsKeptAsTheDesignSays() {
    Map<String, Map<String, String>> configs =
        LogTopics.all().stream().collect(Collectors.toMap(LogTopic::name, LogTopic::configs));

    assertThat(configs)
        .containsEntry("tidings.notifications", kept("delete", WEEK))
        .containsEntry("tidings.registrations", kept("compact", "-1"))
        .containsEntry("tidings.revocations", kept("compact,delete", QUARTER))
        .containsEntry("tidings.deliveries", kept("delete", WEEK))
        .containsEntry("tidings.generations", kept("compact", "-1"))
        .containsEntry("tidings.inbox", kept("compact", "-1"))
        .containsEntry("tidings.receipts", kept("compact,delete", WEEK))
        .containsEntry("tidings.dead-letters", kept("delete", WEEK));
  }

  @Test
  void subjectsAreNamedAfterTheTopicAndSchemasAfterTheRecord() {
    assertThat(LogTopics.NOTIFICATIONS.subject()).isEqualTo("tidings.notifications-value");
    assertThat(LogTopics.INBOX.schema()).isEqualTo(LogTopics.DELIVERIES.schema());
    assertThat(LogTopics.RECEIPTS.schema().orElseThrow().getFullName())
        .isEqualTo("dev.tidings.schemas.avro.Receipt");
    assertThat(LogTopics.DEAD_LETTERS.schema()).isEmpty();
  }

  private static Map<String, String> kept(String policy, String retention) {
    return Map.of("cleanup.policy", policy, "retention.ms", retention);
  }
}
