package dev.tidings.schemas.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Shows G61 of docs/guarantees.md. */
final class LogTopicsTest {
  private static final String WEEK = Long.toString(Duration.ofDays(7).toMillis());
  private static final String QUARTER = Long.toString(Duration.ofDays(90).toMillis());
  private static final String YEAR = Long.toString(Duration.ofDays(365).toMillis());

  @Test
  void the_topics_come_in_pipeline_order() {
    assertThat(LogTopics.all())
        .extracting(LogTopic::name)
        .containsExactly(
            "tidings.notifications",
            "tidings.registrations",
            "tidings.revocations",
            "tidings.generations",
            "tidings.subscriptions",
            "tidings.memberships",
            "tidings.schedules",
            "tidings.broadcasts",
            "tidings.channels",
            "tidings.erasures",
            "tidings.replays",
            "tidings.deliveries",
            "tidings.inbox",
            "tidings.receipts",
            "tidings.dead-letters",
            "tidings.control",
            "tidings.audit",
            "tidings-streams-processor-waiting-changelog",
            "tidings-streams-processor-daily-counts-changelog");
  }

  @Test
  void each_is_kept_as_the_design_says() {
    Map<String, Map<String, String>> configs =
        LogTopics.all().stream().collect(Collectors.toMap(LogTopic::name, LogTopic::configs));

    assertThat(configs.get("tidings.notifications")).containsAllEntriesOf(kept("delete", WEEK));
    assertThat(configs.get("tidings.registrations")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.revocations"))
        .containsAllEntriesOf(kept("compact,delete", QUARTER));
    assertThat(configs.get("tidings.deliveries")).containsAllEntriesOf(kept("delete", WEEK));
    assertThat(configs.get("tidings.generations")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.subscriptions")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.memberships")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.schedules")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.channels")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.erasures")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.replays")).containsAllEntriesOf(kept("compact,delete", WEEK));
    assertThat(configs.get("tidings.inbox")).containsAllEntriesOf(kept("compact", "-1"));
    assertThat(configs.get("tidings.receipts")).containsAllEntriesOf(kept("compact,delete", WEEK));
    assertThat(configs.get("tidings.dead-letters")).containsAllEntriesOf(kept("delete", WEEK));
    assertThat(configs.get("tidings.audit")).containsAllEntriesOf(kept("delete", YEAR));
    assertThat(configs.values())
        .allSatisfy(topic ->
            assertThat(topic)
                .containsEntry("message.timestamp.type", "LogAppendTime")
                .containsEntry("retention.bytes", "-1")
                .containsEntry("unclean.leader.election.enable", "false"));
  }

  /** docs/security.md says how long what was erased can still be found in the log. */
  @Test
  void what_was_removed_is_gone_after_a_day_and_what_is_old_is_not_kept_for_long() {
    String day = Long.toString(Duration.ofDays(1).toMillis());
    for (LogTopic<?> topic :
        List.of(
            LogTopics.INBOX,
            LogTopics.REGISTRATIONS,
            LogTopics.SUBSCRIPTIONS,
            LogTopics.MEMBERSHIPS,
            LogTopics.GENERATIONS,
            LogTopics.ERASURES,
            LogTopics.WAITING,
            LogTopics.DAILY_COUNTS)) {
      assertThat(topic.configs())
          .containsEntry("max.compaction.lag.ms", day)
          .containsEntry("segment.ms", Long.toString(Duration.ofHours(1).toMillis()));
    }
    for (LogTopic<?> topic :
        List.of(LogTopics.NOTIFICATIONS, LogTopics.DELIVERIES, LogTopics.DEAD_LETTERS)) {
      assertThat(topic.configs()).containsEntry("segment.ms", day);
    }
    assertThat(LogTopics.RECEIPTS.configs())
        .containsEntry("segment.ms", day)
        .doesNotContainKey("max.compaction.lag.ms");
  }

  @Test
  void every_in_sync_replica_is_two_where_there_are_two() {
    assertThat(LogTopics.INBOX.configs(1)).containsEntry("min.insync.replicas", "1");
    assertThat(LogTopics.INBOX.configs(3)).containsEntry("min.insync.replicas", "2");
  }

  /** The doctor and each start name it. */
  @Test
  void two_replicas_of_which_one_is_enough_are_weaker_than_what_is_promised() {
    Map<String, String> one = LogTopics.DELIVERIES.configs(1);

    assertThat(
            LogTopics.DELIVERIES.compare(
                new FoundTopic("tidings.deliveries", "id", 8, 2, List.of(), Optional.of(one))))
        .extracting(Object::toString, TopicDifference::vital)
        .containsExactly(
            tuple("tidings.deliveries: min.insync.replicas: 1 (expected: at least 2)", false));
    assertThat(
            LogTopics.DELIVERIES.compare(
                new FoundTopic("tidings.deliveries", "id", 8, 1, List.of(), Optional.of(one))))
        .isEmpty();
  }

  @Test
  void what_loses_notifications_is_vital_and_what_an_operator_made_stronger_is_no_difference() {
    Map<String, String> found = new HashMap<>(LogTopics.RECEIPTS.configs());
    found.put("cleanup.policy", "delete, compact");
    found.put("retention.ms", "-1");
    found.put("max.message.bytes", "10000000");
    assertThat(LogTopics.RECEIPTS.compare(found(found))).isEmpty();

    found.put("cleanup.policy", "delete");
    found.put("retention.ms", "3600000");
    found.put("segment.bytes", "1073741824");
    assertThat(LogTopics.RECEIPTS.compare(found(found)))
        .extracting(Object::toString, TopicDifference::vital)
        .containsExactly(
            tuple("tidings.receipts: cleanup.policy: delete (expected: compact,delete)", true),
            tuple("tidings.receipts: retention.ms: 3600000 (expected: at least 604800000)", true),
            tuple(
                "tidings.receipts: segment.bytes: 1073741824 (expected: at most 536870912)",
                false));
  }

  @Test
  void a_topic_whose_configuration_may_not_be_looked_at_is_taken_as_it_is() {
    assertThat(
            LogTopics.INBOX.compare(
                new FoundTopic("tidings.inbox", "id", 8, 1, List.of(), Optional.empty())))
        .isEmpty();
  }

  @Test
  void subjects_are_named_after_the_topic_and_schemas_after_the_record() {
    assertThat(LogTopics.NOTIFICATIONS.subject()).isEqualTo("tidings.notifications-value");
    assertThat(LogTopics.INBOX.schema()).isEqualTo(LogTopics.DELIVERIES.schema());
    assertThat(LogTopics.RECEIPTS.schema().orElseThrow().getFullName())
        .isEqualTo("dev.tidings.schemas.avro.Receipt");
    assertThat(LogTopics.DEAD_LETTERS.schema()).isEmpty();
  }

  private static FoundTopic found(Map<String, String> configs) {
    return new FoundTopic("tidings.receipts", "id", 8, 1, List.of(), Optional.of(configs));
  }

  private static Map<String, String> kept(String policy, String retention) {
    return Map.of("cleanup.policy", policy, "retention.ms", retention);
  }
}
