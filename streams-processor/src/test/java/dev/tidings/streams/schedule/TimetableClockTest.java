package dev.tidings.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/** What a clock that is set does to what waits: each is sent once, none before its time. */
final class TimetableClockTest extends TimetableHarness {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long FIRST = DUE + 100 * HOUR;
  private static final int MANY = 50;

  @Test
  void set_back_by_hours_in_the_middle_none_is_sent_again_and_the_others_have_their_times() {
    hourly();
    startAndRead(7);
    now = due(20);
    tickUntilSent(21);

    now = due(10);
    for (int i = 0; i < 20; i++) {
      timetable.tick();
    }
    assertThat(sent).hasSize(21);
    settle();
    for (int i = 11; i < MANY; i++) {
      now = due(i) - 1;
      timetable.tick();
      assertThat(sent).hasSize(Math.max(21, i));
      now = due(i);
      timetable.tick();
    }

    assertThat(sent).containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
    settle();
    assertThat(store.count()).isZero();
  }

  @Test
  void set_forward_by_hours_and_back_all_that_were_due_are_sent_in_their_order_and_once() {
    hourly();
    startAndRead(7);
    now = due(30);
    tickUntilSent(31);

    now = due(0) - HOUR;
    settle();
    timetable.tick();
    now = due(MANY);
    tickUntilSent(MANY);

    assertThat(sent).containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
  }

  /** Its process ends if the clock is set back that far, and another begins with what it left. */
  @Test
  void set_back_across_a_restart_none_that_has_left_the_table_is_sent_again() {
    hourly();
    startAndRead(7);
    now = due(20);
    tickUntilSent(21);
    settle();
    timetable.leave();

    now = due(10);
    startAndRead(7);
    timetable.tick();
    assertThat(sent).hasSize(21);
    now = due(MANY);
    tickUntilSent(MANY);

    assertThat(sent).containsExactlyElementsOf(IntStream.range(0, MANY).boxed().toList());
  }

  @Test
  void one_that_could_not_be_read_before_the_clock_was_set_back_is_looked_at_soon_all_the_same() {
    byte[] value = notification(1, FIRST);
    now = FIRST + 5 * HOUR;
    store.put(Bytes.wrap(key(1).bytes()), unreadable(value));
    startAndRead(10);
    timetable.tick();
    assertThat(metrics.get("tidings.streams.scheduled.unread").gauge().value()).isOne();

    // Meanwhile its schema is known: the same under its own.
    store.setTime(Bytes.wrap(key(1).bytes()), value, ScheduleStore.UNKNOWN);
    now = FIRST + 1;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void scheduled_and_withdrawn_while_the_clock_is_wrong_it_is_withdrawn_once_it_is_right() {
    startAndRead(10);
    now = FIRST - 20 * HOUR;
    take(1, FIRST);
    take(2, FIRST);
    readBack();
    now = FIRST - HOUR;
    withdraw(1);
    now = FIRST - 20 * HOUR;
    readBack();
    now = FIRST;
    timetable.tick();

    assertThat(sent).containsExactly(2);
  }

  private void hourly() {
    for (int i = 0; i < MANY; i++) {
      scheduled(i, due(i));
    }
  }

  private static long due(int number) {
    return FIRST + number * HOUR;
  }
}
