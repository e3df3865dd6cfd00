package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** Shows G121 of docs/guarantees.md. */
class OffsetAnswersTest {
  private static final Duration PATIENCE = Duration.ofMillis(10);

  private final Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> brokers = new HashMap<>();

  private static TopicPartition partition(int number) {
    return new TopicPartition("notifications", number);
  }

  private void answers(int number, long offset) {
    brokers.put(
        partition(number),
        KafkaFuture.completedFuture(new ListOffsetsResultInfo(offset, -1, Optional.empty())));
  }

  private void isSilent(int number) {
    brokers.put(partition(number), new KafkaFutureImpl<>());
  }

  private void fails(int number, RuntimeException why) {
    KafkaFutureImpl<ListOffsetsResultInfo> answer = new KafkaFutureImpl<>();
    answer.completeExceptionally(why);
    brokers.put(partition(number), answer);
  }

  private OffsetAnswers ask() throws Exception {
    return OffsetAnswers.of(new ListOffsetsResult(brokers), brokers.keySet(), PATIENCE, true);
  }

  @Test
  void one_without_a_leader_keeps_back_no_other() throws Exception {
    answers(0, 7);
    isSilent(1);
    answers(2, 9);
    fails(3, new TimeoutException("for the test"));

    OffsetAnswers answers = ask();

    assertThat(answers.offsets())
        .containsExactlyInAnyOrderEntriesOf(Map.of(partition(0), 7L, partition(2), 9L));
    assertThat(answers.silent()).containsExactlyInAnyOrder(partition(1), partition(3));
  }

  @Test
  void where_none_answers_nothing_is_known() {
    fails(0, new TimeoutException("for the test"));
    fails(1, new TimeoutException("for the test"));

    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void one_that_refuses_is_not_taken_for_one_without_a_leader() {
    answers(0, 7);
    fails(1, new TopicAuthorizationException("notifications"));

    assertThatThrownBy(this::ask).hasRootCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void nobody_asked_is_nobody_silent() throws Exception {
    assertThat(ask()).isEqualTo(new OffsetAnswers(Map.of(), Map.of(), Set.of()));
  }

  /** What asks again and again about those that are silent has other things to do. */
  @Test
  void where_none_has_to_answer_nobody_waits_for_longer_than_the_others_would() throws Exception {
    TopicPartition leaderless = new TopicPartition("topic", 3);

    OffsetAnswers answers =
        OffsetAnswers.of(
            new ListOffsetsResult(Map.of(leaderless, new KafkaFutureImpl<>())),
            Set.of(leaderless),
            Duration.ofMillis(1),
            false);

    assertThat(answers.silent()).containsExactly(leaderless);
  }
}
