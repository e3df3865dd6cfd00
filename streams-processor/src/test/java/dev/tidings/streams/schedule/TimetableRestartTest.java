package dev.tidings.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroDeserializer;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;

/**
 * What a task finds that another process, or this one before a restart, has left.
 *
 * <p>Shows G105 and G106 of docs/guarantees.md.
 */
final class TimetableRestartTest extends TimetableHarness {
  @Test
  void what_was_scheduled_again_behind_a_restored_withdrawal_stays() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    scheduled(1, DUE + 10);
    startAndRead(10);
    timetable.tick();
    assertThat(receipts()).isEmpty();
    settle();

    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1);
    settle();
    assertThat(store.count()).isZero();
  }

  @Test
  void what_was_scheduled_again_behind_a_restored_withdrawal_and_not_restored_with_it_stays() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    start(10);
    timetable.tick();
    read(key(1).bytes(), notification(1, DUE + 10));
    readBack();
    timetable.tick();
    settle();

    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  /** Read again from before all three, by a process that has written none of them. */
  @Test
  void what_was_scheduled_again_behind_a_withdrawal_is_sent_by_another_owner() {
    start(10);
    timetable.tick();
    read(key(1).bytes(), notification(1, DUE));
    read(key(1).ofWithdrawal().bytes(), withdrawal(1));
    read(key(1).bytes(), notification(1, DUE + 10));
    readBack();
    timetable.tick();
    settle();

    now = DUE + 10;
    timetable.tick();

    assertThat(sent).containsExactly(1);
  }

  @Test
  void a_second_withdrawal_ends_what_was_scheduled_again_behind_the_first() {
    scheduled(1, DUE);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    scheduled(1, DUE + 10);
    store.put(Bytes.wrap(key(1).ofWithdrawal().bytes()), withdrawal(1));
    startAndRead(10);
    timetable.tick();
    settle();
    now = DUE + 10;
    timetable.tick();

    assertThat(sent).isEmpty();
    assertThat(store.count()).isZero();
  }

  @Test
  void what_is_due_goes_before_what_could_not_be_read_when_it_was_restored() {
    for (int i = 0; i < 2_500; i++) {
      unlooked(i, DUE + 1_000_000);
    }
    scheduled(5_000, DUE);
    startAndRead(1_000);
    now = DUE + 3_000;

    timetable.tick();

    assertThat(sent).containsExactly(5_000);
  }

  @Test
  void what_is_overdue_is_told_although_others_could_not_be_read() {
    unlooked(1, DUE + 1_000_000);
    scheduled(2, DUE);
    now = DUE + 3_000;

    start(10);

    assertThat(metrics.get("tidings.streams.scheduled.overdue").gauge().value()).isEqualTo(3);
  }

  @Test
  void those_that_could_not_be_read_when_they_were_restored_have_their_times_whatever_is_due() {
    for (int i = 0; i < 2_500; i++) {
      unlooked(i, DUE + i);
    }
    startAndRead(100);
    now = DUE - 1;
    // Each tick looks at some at least.
    for (int i = 0; i < 100; i++) {
      timetable.tick();
    }
    assertThat(sent).isEmpty();

    now = DUE + 2_500;
    tickUntilSent(2_500);

    assertThat(sent).hasSize(2_500).isSorted();
  }

  /** Its producer had it still when it was cut off; this one has read and written the same. */
  @Test
  void what_a_replaced_owner_writes_late_brings_nothing_back_that_was_withdrawn() {
    startAndRead(10);
    take(1, DUE);
    withdraw(1);
    readBack();
    assertThat(receipts()).extracting(Receipt::getOutcome).containsExactly(Outcome.WITHDRAWN);

    read(key(1).bytes(), notification(1, DUE));
    now = DUE;
    settle();
    settle();

    assertThat(sent).isEmpty();
    assertThat(store.count()).isZero();
  }

  @Test
  void a_registry_that_does_not_answer_holds_up_nothing_that_is_due() {
    unlooked(1, DUE);
    scheduled(2, DUE);
    startAndRead(10);
    store.put(Bytes.wrap(key(3).bytes()), unreadable(notification(3, DUE)));
    registry.failNext(Integer.MAX_VALUE);
    now = DUE;

    for (int i = 0; i < 10; i++) {
      now += 31_000;
      timetable.tick();
    }

    assertThat(sent).containsExactlyInAnyOrder(1, 2);
    assertThat(context.forwarded("write-dead-letters")).isEmpty();
  }

  /** An earlier version had those whose time it did not know among the others, at time 0. */
  @Test
  void one_that_an_earlier_version_could_not_read_is_looked_at_again_and_again() {
    unlooked(1, DUE);
    Bytes key = Bytes.wrap(key(1).bytes());
    rows.delete(
        Bytes.wrap(ByteBuffer.allocate(1 + key.get().length).put((byte) 3).put(key.get()).array()));
    rows.put(
        Bytes.wrap(
            ByteBuffer.allocate(1 + Long.BYTES + key.get().length)
                .put((byte) 1)
                .putLong(Long.MIN_VALUE)
                .put(key.get())
                .array()),
        new byte[0]);
    startAndRead(10);
    timetable.tick();

    assertThat(store.ofUnknownTime(Bytes.wrap(new byte[0]), 10)).isEmpty();
    now = DUE;
    tickUntilSent(3);
    assertThat(sent).containsExactly(1);
  }

  /** The schema of another version of this service, and a registry that has lost it. */
  @Test
  void a_withdrawal_in_the_name_of_another_app_withdraws_nothing_that_cannot_be_read_either() {
    store.put(Bytes.wrap(key(1).bytes()), unreadable(notification(1, DUE)));
    startAndRead(10);

    read(
        key(1).ofWithdrawal().bytes(),
        bytes(some(1_001).setWithdraws(id(1)).setApp("com.example.mail").build()));

    assertThat(context.forwarded("write-dead-letters")).hasSize(1);
    assertThat(receipts()).isEmpty();
    read(key(1).ofWithdrawal().bytes(), withdrawal(1));
    assertThat(receipts()).extracting(Receipt::getOutcome).containsExactly(Outcome.WITHDRAWN);
  }

  @Test
  void a_withdrawal_that_cannot_be_read_withdraws_nothing_of_another_app() {
    scheduled(1, DUE);
    startAndRead(10);

    read(
        key(1).ofWithdrawal().bytes(),
        unreadable(bytes(some(1_001).setWithdraws(id(1)).setApp("com.example.mail").build())));
    now = DUE;
    timetable.tick();

    assertThat(sent).containsExactly(1);
    assertThat(receipts()).isEmpty();
  }

  /** It is never read back: {@code OversizedRecords} has written a dead letter in its place. */
  @Test
  void what_is_too_large_to_be_scheduled_again_does_not_keep_the_first_in_the_table() {
    startAndRead(10);
    take(1, DUE);
    readBack();
    now = DUE;
    take(1, DUE + 10);
    assertThat(forwarded()).hasSize(1);
    timetable.tick();
    assertThat(sent).containsExactly(1);
    settle();
    assertThat(store.count()).isOne();

    now += 11_000;
    timetable.tick();
    readBack();
    settle();
    settle();

    assertThat(store.count()).isZero();
    assertThat(sent).containsExactly(1);
  }

  /** Puts one into the table as a restoration does while no registry answers. */
  private void unlooked(int number, long due) {
    scheduled(number, due);
    Bytes key = Bytes.wrap(key(number).bytes());
    store.setTime(key, store.get(key), ScheduleStore.UNKNOWN);
  }

  private List<Receipt> receipts() {
    AvroDeserializer<Receipt> receipts = new AvroDeserializer<>(client, Receipt.class);
    return context.forwarded("write-receipts").stream()
        .map(forward -> receipts.read((byte[]) forward.record().value()))
        .toList();
  }
}
