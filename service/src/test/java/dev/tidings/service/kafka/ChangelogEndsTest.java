package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

/** Shows G98 of docs/guarantees.md. */
class ChangelogEndsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean restoring = new AtomicBoolean(true);
  private final ChangelogEnds ends = new ChangelogEnds(restoring::get, nanos::get);

  /** What each partition answers; none that is not in it does. */
  private final Map<TopicPartition, Long> brokers = new HashMap<>();

  private final Map<TopicPartition, KafkaFutureImpl<ListOffsetsResultInfo>> open = new HashMap<>();
  private final List<Set<TopicPartition>> questions = new ArrayList<>();

  private static TopicPartition partition(int number) {
    return new TopicPartition("inbox", number);
  }

  private static ListOffsetsResultInfo end(long offset) {
    return new ListOffsetsResultInfo(offset, -1, Optional.empty());
  }

  private ListOffsetsResult answer(Map<TopicPartition, OffsetSpec> asked) {
    questions.add(new HashSet<>(asked.keySet()));
    Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> answers = new HashMap<>();
    for (TopicPartition partition : asked.keySet()) {
      KafkaFutureImpl<ListOffsetsResultInfo> answer = new KafkaFutureImpl<>();
      open.put(partition, answer);
      if (brokers.containsKey(partition)) {
        answer.complete(end(brokers.get(partition)));
      }
      answers.put(partition, answer);
    }
    return new ListOffsetsResult(answers);
  }

  private Map<TopicPartition, Long> ask(TopicPartition... wanted) throws Exception {
    return ends
        .of(
            Arrays.stream(wanted)
                .collect(Collectors.toMap(partition -> partition, any -> OffsetSpec.latest())),
            this::answer)
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
  }

  @Test
  void a_partition_that_does_not_answer_keeps_back_no_other() throws Exception {
    brokers.put(partition(0), 7L);

    assertThat(ask(partition(0), partition(1))).containsExactly(Map.entry(partition(0), 7L));
    assertThat(ends.missing()).containsExactly(partition(1));
  }

  @Test
  void it_is_not_waited_for_again_while_others_are_restored() throws Exception {
    ask(partition(1));
    long begun = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      assertThat(ask(partition(1))).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ChangelogEnds.PATIENCE);
    assertThat(questions).hasSize(1);
  }

  @Test
  void where_nothing_is_restored_its_answer_is_waited_for_a_moment_each_time() throws Exception {
    ask(partition(1));
    restoring.set(false);
    long begun = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      assertThat(ask(partition(1))).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(800));
  }

  /** An answer that came while nobody waited is as old as the question. */
  @Test
  void the_end_of_a_partition_that_answers_late_is_asked_for_anew() throws Exception {
    ask(partition(1));
    open.get(partition(1)).complete(end(3));
    brokers.put(partition(1), 9L);

    assertThat(ask(partition(1))).containsExactly(Map.entry(partition(1), 9L));
    assertThat(ends.missing()).isEmpty();
  }

  @Test
  void a_question_that_has_timed_out_is_asked_again() throws Exception {
    ask(partition(1));
    open.get(partition(1)).completeExceptionally(new TimeoutException("for the test"));
    ask(partition(1));

    assertThat(questions).hasSize(2);
    assertThat(ends.missing()).containsExactly(partition(1));
  }

  @Test
  void what_time_does_not_mend_is_told() {
    assertThatThrownBy(() ->
            ends.of(
                    Map.of(partition(0), OffsetSpec.latest()),
                    asked -> {
                      KafkaFutureImpl<ListOffsetsResultInfo> refused = new KafkaFutureImpl<>();
                      refused.completeExceptionally(new TopicAuthorizationException("inbox"));
                      return new ListOffsetsResult(Map.of(partition(0), refused));
                    })
                .all()
                .get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void a_partition_that_has_gone_to_another_process_is_not_named_for_ever() throws Exception {
    ask(partition(1));
    nanos.addAndGet(Duration.ofSeconds(11).toNanos());

    assertThat(ends.missing()).isEmpty();
  }

  @Test
  void it_is_known_which_partitions_have_records() throws Exception {
    brokers.put(partition(0), 7L);
    brokers.put(partition(1), 0L);
    ask(partition(0), partition(1), partition(2));

    assertThat(ends.hasRecords(partition(0))).isTrue();
    assertThat(ends.hasRecords(partition(1))).isFalse();
    assertThat(ends.hasRecords(partition(2))).isFalse();
  }
}
