package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.LogTopics;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RetriedTopicTest {
  private static final long NOW = -5;
  private static final long LONG = TimeUnit.HOURS.toNanos(1);

  private final RetriedTopic topic = new RetriedTopic(NOW);

  private static LogWrite write() {
    return LogWrite.tombstone(LogTopics.INBOX, new byte[] {1}, () -> {});
  }

  @Test
  void it_is_due_when_its_pause_is_over_and_not_a_nanosecond_sooner() {
    topic.failed(write(), 1, false, "why", NOW);
    long due = NOW;
    while (!topic.isDue(due)) {
      due += TimeUnit.MILLISECONDS.toNanos(1);
    }
    assertThat(due).isGreaterThan(NOW);
    assertThat(topic.isDue(due - TimeUnit.MILLISECONDS.toNanos(1))).isFalse();

    topic.probe();
    assertThat(topic.isDue(NOW + LONG)).as("one is attempted").isFalse();
  }

  @Test
  void each_failed_attempt_doubles_its_pause_up_to_a_limit() {
    long now = NOW;
    long before = 0;
    for (int attempt = 0; attempt < 20; attempt++) {
      topic.failed(write(), attempt, attempt > 0, "why", now);
      long pause = 0;
      while (!topic.isDue(now + pause)) {
        pause += TimeUnit.MILLISECONDS.toNanos(50);
      }
      assertThat(pause).isGreaterThanOrEqualTo(before);
      before = pause;
      now += pause;
      topic.probe();
    }
    assertThat(before).isLessThanOrEqualTo(TimeUnit.MINUTES.toNanos(1));
    assertThat(topic.failures()).isEqualTo(20);
  }

  @Test
  void many_that_come_back_at_once_are_one_attempt() {
    assertThat(topic.failed(write(), 1, false, "why", NOW)).isTrue();
    assertThat(topic.failed(write(), 2, false, "why", NOW)).isFalse();
    assertThat(topic.failures()).isEqualTo(1);
  }

  @Test
  void what_came_back_goes_first_in_the_order_in_which_it_was_sent() {
    LogWrite first = write();
    LogWrite second = write();
    LogWrite behind = write();
    topic.failed(second, 2, false, "why", NOW);
    topic.add(behind);
    topic.failed(first, 1, false, "why", NOW);

    assertThat(topic.rest())
        .usingElementComparator((a, b) -> a == b ? 0 : 1)
        .containsExactly(first, second, behind);
    assertThat(topic.probe()).isSameAs(first);
    topic.failed(first, 9, true, "why", NOW);
    assertThat(topic.probe()).as("again, before the second").isSameAs(first);
  }

  @Test
  void it_is_urgent_as_long_as_an_operator_has_to_act() {
    assertThat(topic.isUrgent()).isFalse();
    topic.urgent(true);
    assertThat(topic.isUrgent()).isTrue();
    topic.urgent(false);
    assertThat(topic.isUrgent()).isFalse();
  }

  @Test
  void unknown_failures_are_counted_in_a_row() {
    assertThat(topic.countUnknown()).isEqualTo(1);
    assertThat(topic.countUnknown()).isEqualTo(2);
    topic.resetUnknown();
    assertThat(topic.countUnknown()).isEqualTo(1);
  }
}
