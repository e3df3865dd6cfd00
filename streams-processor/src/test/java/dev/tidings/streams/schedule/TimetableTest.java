package dev.tidings.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.streams.write.ResolveOutputs.Source;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.junit.jupiter.api.Test;

/**
 * What a topic that is read back at once, as in the topology's tests, does not show.
 *
 * <p>Shows G105 and G106 of docs/guarantees.md.
 */
final class TimetableTest extends TimetableHarness {
  @Test
  void nothing_is_sent_before_what_earlier_owners_have_written_is_read() {
    scheduled(1, DUE);
    start(10);
    now = DUE;

    timetable.tick();
    timetable.tick();
    assertThat(sent).isEmpty();
    readBack();
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void a_withdrawal_in_the_part_that_was_not_restored_wins() {
    scheduled(1, DUE);
    start(10);
    now = DUE;
    timetable.tick();
    // It is in the topic before the mark of this owner.
    List<Record<byte[], byte[]>> mark = forwarded();
    timetable.read(
        new Record<>(key(1).ofWithdrawal().bytes(), withdrawal(1), 0), new Source(TOPIC, 0, 5));
    mark.forEach(record -> timetable.read(record, new Source(TOPIC, 0, 6)));

    timetable.tick();

    assertThat(sent).isEmpty();
  }

  @Test
  void a_withdrawal_that_was_restored_and_not_yet_carried_out_wins() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    start(10);
    now = DUE;
    timetable.tick();
    readBack();

    timetable.tick();

    assertThat(sent).isEmpty();
    commits.commit(Map.of());
    timetable.tick();
    readBack();
    assertThat(store.count()).isZero();
  }

  @Test
  void one_whose_time_comes_while_its_withdrawal_is_on_its_way_through_the_topic_is_not_sent() {
    scheduled(1, DUE);
    scheduled(2, DUE);
    startAndRead(1);

    withdraw(1);
    now = DUE;
    tickUntilSent(2);

    assertThat(sent).containsExactly(2);
    readBack();
    timetable.tick();
    assertThat(sent).containsExactly(2);
  }

  @Test
  void one_that_an_earlier_withdrawal_does_not_end_waits_for_the_later_one_on_its_way() {
    startAndRead(10);
    take(1, DUE);
    withdraw(1);
    List<Record<byte[], byte[]>> earlier = forwarded();
    take(1, DUE);
    withdraw(1, 2_001);
    List<Record<byte[], byte[]>> later = forwarded();

    earlier.forEach(record -> timetable.read(record, new Source(TOPIC, 0, 5)));
    timetable.read(later.getFirst(), new Source(TOPIC, 0, 6));
    now = DUE;
    timetable.tick();
    assertThat(sent).isEmpty();
    timetable.read(later.getLast(), new Source(TOPIC, 0, 7));
    timetable.tick();

    assertThat(sent).isEmpty();
  }

  @Test
  void a_withdrawal_right_behind_the_notification_finds_it_in_the_topic() {
    startAndRead(10);
    take(1, DUE);
    withdraw(1);

    readBack();
    now = DUE;
    timetable.tick();

    assertThat(sent).isEmpty();
    assertThat(passedOn).isEmpty();
  }

  @Test
  void one_that_is_scheduled_again_right_behind_its_withdrawal_stays() {
    startAndRead(10);
    take(1, DUE);
    readBack();
    withdraw(1);
    take(1, DUE + 10);
    readBack();
    commits.commit(Map.of());
    timetable.tick();
    readBack();

    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void one_that_is_scheduled_again_while_the_first_is_sent_is_sent_too() {
    startAndRead(10);
    take(1, DUE);
    readBack();
    now = DUE;
    take(1, DUE + 10);
    timetable.tick();
    commits.commit(Map.of());
    timetable.tick();
    readBack();
    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1, 1);
  }

  @Test
  void one_that_is_read_again_past_its_time_does_not_overtake_its_withdrawal() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    start(10);
    now = DUE + 1;

    take(1, DUE);
    timetable.tick();
    readBack();
    timetable.tick();
    readBack();
    timetable.tick();

    assertThat(sent).isEmpty();
  }

  @Test
  void a_withdrawal_of_what_is_not_scheduled_any_more_is_passed_on() {
    scheduled(1, DUE);
    startAndRead(10);
    now = DUE;
    timetable.tick();
    assertThat(sent).containsExactly(1);

    withdraw(1);
    readBack();
    withdraw(2);
    readBack();

    assertThat(passedOn).containsExactly(id(1), id(2));
  }

  @Test
  void with_more_than_fit_into_memory_all_are_sent_in_the_order_of_their_times_and_once() {
    for (int i = 0; i < 100; i++) {
      scheduled(i, DUE + (i * 37) % 100);
    }
    startAndRead(7);
    now = DUE + 50;
    tickUntilSent(51);
    // Nothing of it is in the log yet: what was sent is in the table, and the index filled from it.
    assertThat(sent).hasSize(51);
    now = DUE + 100;
    tickUntilSent(100);

    assertThat(sent)
        .hasSize(100)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo((one, other) -> (one * 37) % 100 - (other * 37) % 100);
  }

  @Test
  void what_was_sent_leaves_the_table_behind_its_delivery_and_not_before() {
    scheduled(1, DUE);
    startAndRead(10);
    now = DUE;
    timetable.tick();

    timetable.tick();
    assertThat(forwarded()).isEmpty();
    commits.commit(Map.of());
    timetable.tick();

    assertThat(context.forwarded()).hasSize(1);
    readBack();
    assertThat(store.count()).isZero();
  }

  /** As after a restoration while no registry answered. */
  @Test
  void one_that_could_not_be_read_when_it_was_restored_has_its_own_time_all_the_same() {
    scheduled(1, DUE);
    byte[] value = store.get(Bytes.wrap(key(1).bytes()));
    store.setTime(Bytes.wrap(key(1).bytes()), value, ScheduleStore.UNKNOWN);
    startAndRead(10);

    timetable.tick();
    now = DUE - 1;
    timetable.tick();
    assertThat(sent).isEmpty();
    now = DUE;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void a_withdrawal_that_is_none_does_not_keep_the_notification_from_being_sent() {
    scheduled(1, DUE);
    startAndRead(10);
    withdraw(1);
    now = DUE;
    timetable.tick();
    assertThat(sent).isEmpty();
    forwarded();

    // Under the key of a withdrawal, another record has come in its place.
    timetable.read(
        new Record<>(key(1).ofWithdrawal().bytes(), bytes(some(7).build()), 0),
        new Source(TOPIC, 0, 7));
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  /** A producer that may write to the log may know the token of another's app. */
  @Test
  void a_withdrawal_in_the_name_of_another_app_withdraws_nothing() {
    scheduled(1, DUE);
    startAndRead(10);
    byte[] foreign = bytes(some(1_001).setWithdraws(id(1)).setApp("com.example.mail").build());
    timetable.read(
        new Record<>(key(1).ofWithdrawal().bytes(), foreign, 0), new Source(TOPIC, 0, 7));
    now = DUE;
    timetable.tick();

    assertThat(sent).containsExactly(1);
    assertThat(passedOn).isEmpty();
    assertThat(context.forwarded("write-dead-letters")).hasSize(1);
    assertThat(context.forwarded("write-receipts")).isEmpty();
  }
}
