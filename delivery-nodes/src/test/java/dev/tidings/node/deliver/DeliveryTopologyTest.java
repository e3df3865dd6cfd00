package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.CloseReason;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shows G11, G12, G15, G16, G17, G18, G22, G23, G24, G25, G26, G31 and G45 of docs/guarantees.md.
 */
class DeliveryTopologyTest {
  @TempDir Path directory;
  private PartitionHarness harness;

  @BeforeEach
  void start() {
    harness = new PartitionHarness(directory);
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  @Test
  void a_connected_device_gets_what_arrives_and_the_offset_moves_once_its_receipt_stands() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    assertThat(harness.low()).isZero();
    assertThat(harness.receipt(id)).isNull();

    phone.confirm(phone.pushes().getFirst());

    harness.until(() -> harness.low() == 1);
    assertThat(harness.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(harness.receipt(id).getSteps().stream().map(Step::getName))
        .containsExactly(StepName.ACCEPTED, StepName.PUSHED, StepName.CONFIRMED);
    assertThat(phone.pushes().getFirst().duplicate()).isFalse();
  }

  @Test
  void what_an_absent_device_misses_is_parked_and_blocks_nobody() {
    String missed = harness.arrive("absent");
    Phone phone = harness.connect("phone", 10);
    String live = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(live)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> harness.low() == 2);
    assertThat(harness.receipt(missed).getOutcome()).isEqualTo(Outcome.PENDING);
    assertThat(harness.receipt(missed).getSteps().getLast().getName()).isEqualTo(StepName.PARKED);
  }

  @Test
  void the_category_is_in_every_receipt_also_of_what_was_parked() {
    String id = harness.arrive("phone", delivery -> delivery.setCategory("marketing"));
    harness.until(() -> harness.low() == 1);
    assertThat(harness.receipt(id).getOutcome()).isEqualTo(Outcome.PENDING);
    assertThat(harness.receipt(id).getCategory()).isEqualTo("marketing");

    Phone phone = harness.connect("phone", 10);
    confirmAll(phone, 1);
    harness.until(() -> harness.receipt(id).getOutcome() == Outcome.DELIVERED);

    assertThat(harness.receipt(id).getCategory()).isEqualTo("marketing");
  }

  @Test
  void a_parked_entry_holds_the_offset_until_it_stands_in_the_store() {
    harness.arrive("absent");
    harness.arrive("absent");
    // The log has them, and the partition has had the time to commit; its store has them not.
    harness.awaitWritten();
    harness.pause();
    harness.pause();
    assertThat(harness.written())
        .filteredOn(
            record -> record.topic().equals(LogTopics.INBOX.name()) && record.value() != null)
        .hasSize(2);
    assertThat(harness.low()).isZero();
    harness.until(() -> harness.low() == 2);
  }

  @Test
  void what_was_missed_comes_at_reconnect_in_order_before_anything_newer() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(harness.arrive("phone"));
    }
    harness.until(() -> harness.low() == 20);
    Phone phone = harness.connect("phone", 3);
    for (int i = 0; i < 5; i++) {
      ids.add(harness.arrive("phone"));
    }
    confirmAll(phone, 25);
    assertThat(phone.ids()).containsExactlyElementsOf(ids);
    harness.until(() -> harness.low() == 25);
  }

  private void confirmAll(Phone phone, int count) {
    int[] confirmed = {0};
    harness.until(() -> {
      List<Phone.Push> pushes = phone.pushes();
      while (confirmed[0] < pushes.size()) {
        phone.confirm(pushes.get(confirmed[0]++));
      }
      return confirmed[0] >= count;
    });
  }

  @Test
  void no_more_is_in_flight_than_the_device_has_credit_for() {
    Phone phone = harness.connect("phone", 2);
    for (int i = 0; i < 5; i++) {
      harness.arrive("phone");
    }
    harness.until(() -> phone.pushes().size() == 2);
    harness.settle();
    assertThat(phone.pushes()).hasSize(2);
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> phone.pushes().size() == 3);
  }

  @Test
  void a_second_connection_displaces_the_first_and_gets_what_was_in_flight_marked_as_duplicate() {
    Phone first = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> first.pushes().size() == 1);

    Phone second = harness.connect("phone", 10);

    harness.until(() -> second.ids().equals(List.of(id)));
    assertThat(first.closeReason()).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(second.pushes().getFirst().duplicate()).isTrue();
    first.confirm(first.pushes().getFirst());
    harness.settle();
    assertThat(harness.receipt(id)).isNull();
    second.confirm(second.pushes().getFirst());
    harness.until(() -> harness.low() == 1);
  }

  @Test
  void what_was_in_flight_when_the_device_vanished_comes_again_at_reconnect_as_duplicate() {
    Phone phone = harness.connect("phone", 10);
    String pushed = harness.arrive("phone");
    harness.until(() -> phone.pushes().size() == 1);
    phone.session().detached();
    String missed = harness.arrive("phone");
    harness.until(() -> harness.low() == 2);

    Phone again = harness.connect("phone", 10);

    harness.until(() -> again.ids().equals(List.of(pushed, missed)));
    assertThat(again.pushes().get(0).duplicate()).isTrue();
    assertThat(again.pushes().get(1).duplicate()).isFalse();
  }

  @Test
  void a_confirmed_parked_entry_leaves_with_its_receipt_first_and_its_tombstone_after() {
    String id = harness.arrive("phone");
    harness.until(() -> harness.low() == 1);
    Phone phone = harness.connect("phone", 10);
    harness.until(() -> phone.pushes().size() == 1);
    int before = harness.written().size();
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> harness.written().size() == before + 2);
    assertThat(harness.written().get(before).topic()).isEqualTo(LogTopics.RECEIPTS.name());
    assertThat(harness.written().get(before + 1).topic()).isEqualTo(LogTopics.INBOX.name());
    assertThat(harness.written().get(before + 1).value()).isNull();
    assertThat(harness.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);

    Phone again = harness.connect("phone", 10);
    harness.settle();
    assertThat(again.pushes()).isEmpty();
  }

  @Test
  void a_parked_entry_stays_until_its_receipt_stands_however_long_that_takes() {
    String id = harness.arrive("phone");
    harness.until(() -> harness.low() == 1);
    Phone phone = harness.connect("phone", 10);
    harness.until(() -> phone.pushes().size() == 1);
    int before = harness.written().size();
    harness.hold(record -> record.topic().equals(LogTopics.RECEIPTS.name()));

    phone.confirm(phone.pushes().getFirst());
    harness.settle();
    assertThat(harness.written()).hasSize(before);

    harness.letGo();
    harness.until(() -> harness.written().size() == before + 2);
    assertThat(harness.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void the_offset_stays_until_the_receipt_stands_however_long_that_takes() {
    Phone phone = harness.connect("phone", 10);
    harness.hold(record -> record.topic().equals(LogTopics.RECEIPTS.name()));
    harness.arrive("phone");
    harness.until(() -> phone.pushes().size() == 1);

    phone.confirm(phone.pushes().getFirst());
    harness.settle();
    assertThat(harness.low()).isZero();

    harness.letGo();
    harness.until(() -> harness.low() == 1);
  }

  @Test
  void the_offset_stays_until_what_is_parked_stands_however_long_that_takes() {
    harness.hold(record -> record.topic().equals(LogTopics.INBOX.name()));
    harness.arrive("phone");
    harness.settle();
    assertThat(harness.low()).isZero();

    harness.letGo();
    harness.until(() -> harness.low() == 1);
  }

  @Test
  void a_device_that_does_not_confirm_does_not_hold_the_offset_and_may_still_confirm_later() {
    Phone phone = harness.connect("phone", 1);
    String sent = harness.arrive("phone");
    String waiting = harness.arrive("phone");
    harness.until(() -> phone.pushes().size() == 1);
    harness.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
    harness.until(() -> harness.low() == 2);
    assertThat(phone.ids()).containsExactly(sent);

    phone.confirm(phone.pushes().getFirst());

    harness.until(() -> phone.ids().equals(List.of(sent, waiting)));
    harness.until(() -> harness.receipt(sent).getOutcome() == Outcome.DELIVERED);
    phone.confirm(phone.pushes().get(1));
    harness.until(() -> harness.receipt(waiting).getOutcome() == Outcome.DELIVERED);
    Phone again = harness.connect("phone", 10);
    harness.settle();
    assertThat(again.pushes()).isEmpty();
  }

  @Test
  void what_has_expired_ends_with_a_receipt_hot_and_parked_alike() {
    Phone phone = harness.connect("phone", 10);
    String late = harness.arrive("phone", harness.now() - 1);
    String parked = harness.arrive("absent", harness.now() + 1_000);
    harness.until(() -> harness.low() == 2);
    assertThat(harness.receipt(late).getOutcome()).isEqualTo(Outcome.EXPIRED);
    harness.advance(Duration.ofSeconds(2));
    Phone back = harness.connect("absent", 10);
    harness.until(() -> harness.receipt(parked).getOutcome() == Outcome.EXPIRED);
    assertThat(phone.pushes()).isEmpty();
    assertThat(back.pushes()).isEmpty();
  }

  @Test
  void one_attempt_is_made_for_a_device_that_is_there_and_none_is_stored_for_one_that_is_not() {
    Phone phone = harness.connect("phone", 10);
    String there = harness.arrive("phone", 0L);
    String away = harness.arrive("absent", 0L);
    harness.until(() -> phone.ids().equals(List.of(there)));
    harness.until(() -> harness.receipt(away) != null);
    assertThat(harness.receipt(away).getOutcome()).isEqualTo(Outcome.EXPIRED);
    phone.session().detached();
    harness.until(() -> harness.low() == 2);
    assertThat(harness.receipt(there).getOutcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(harness.written())
        .filteredOn(record -> record.topic().equals(LogTopics.INBOX.name()))
        .allMatch(record -> record.value() == null);
  }

  @Test
  void what_does_not_fit_the_connection_ends_with_a_receipt_that_says_so() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.pushes().size() == 1);
    phone.session().undeliverable(phone.pushes().getFirst().packetId(), "too large");
    harness.until(() -> harness.low() == 1);
    assertThat(harness.receipt(id).getOutcome()).isEqualTo(Outcome.REJECTED);
    assertThat(harness.receipt(id).getSteps().getLast().getWhy()).isEqualTo("too large");
  }

  @Test
  void a_parked_entry_nobody_can_read_goes_to_the_dead_letters_and_the_next_is_delivered() {
    byte[] key = new InboxKey(new DeviceId("phone"), 0).bytes();
    harness.arrive("other");
    String good = harness.arrive("phone");
    harness.park(key, new byte[] {9, 9, 9});
    harness.until(() -> harness.low() == 2);

    Phone phone = harness.connect("phone", 10);

    harness.until(() -> phone.ids().equals(List.of(good)));
    harness.until(() ->
        harness.written().stream()
            .anyMatch(record -> record.topic().equals(LogTopics.DEAD_LETTERS.name())));
  }

  @Test
  void a_device_that_confirms_one_after_the_other_is_given_more_time() {
    Phone phone = harness.connect("phone", 1);
    for (int i = 0; i < 5; i++) {
      harness.arrive("phone");
    }
    for (int i = 1; i <= 5; i++) {
      int pushed = i;
      harness.until(() -> phone.pushes().size() == pushed);
      harness.advance(PartitionHarness.PARK_AFTER.minusSeconds(1));
      harness.pause();
      phone.confirm(phone.pushes().getLast());
    }

    harness.until(() -> harness.low() == 5);
    assertThat(harness.written())
        .filteredOn(record -> record.topic().equals(LogTopics.INBOX.name()))
        .hasSize(1); // the fence
  }

  @Test
  void a_device_that_confirms_one_after_the_other_is_not_waited_for_without_end() {
    Phone phone = harness.connect("phone", 2);
    String stuck = harness.arrive("phone");
    harness.until(() -> phone.pushes().size() == 1);
    for (int i = 1; i < 8; i++) {
      harness.arrive("phone");
      int pushed = i + 1;
      harness.until(() -> phone.pushes().size() == pushed);
      phone.confirm(phone.pushes().getLast());
      harness.advance(PartitionHarness.PARK_AFTER.minusSeconds(1));
      harness.pause();
    }

    harness.until(() -> harness.low() == 8);
    assertThat(harness.receipt(stuck).getOutcome()).isEqualTo(Outcome.PENDING);
  }

  @Test
  void what_is_more_than_a_device_takes_waits_in_the_inbox_and_not_in_the_way_of_others() {
    Phone phone = harness.connect("phone", 1);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ids.add(harness.arrive("phone"));
    }
    // No time has passed; all but what is in flight is in the inbox.
    int resolved = (ids.size() - 1) * Window.RESOLVED_BYTES;
    harness.until(() -> harness.partition().bytes() == 100 + resolved);

    confirmAll(phone, ids.size());
    assertThat(phone.ids()).isEqualTo(ids);
    harness.until(() -> harness.low() == ids.size());
  }

  @Test
  void one_attempt_that_is_not_confirmed_does_not_hold_the_offset_and_may_still_be_confirmed() {
    Phone phone = harness.connect("phone", 10);
    String once = harness.arrive("phone", 0L);
    harness.until(() -> phone.ids().equals(List.of(once)));
    harness.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
    harness.until(() -> harness.low() == 1);
    assertThat(harness.receipt(once).getOutcome()).isEqualTo(Outcome.EXPIRED);

    phone.confirm(phone.pushes().getFirst());

    harness.until(() -> harness.receipt(once).getOutcome() == Outcome.DELIVERED);
    assertThat(harness.written())
        .filteredOn(record -> record.topic().equals(LogTopics.INBOX.name()))
        .hasSize(1); // the fence
  }

  @Test
  void a_record_nobody_can_read_holds_the_offset_until_its_dead_letter_stands() {
    Entry unreadable = harness.arriveUnreadable();
    Phone phone = harness.connect("phone", 10);
    String next = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(next)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> harness.receipt(next) != null);
    assertThat(harness.low()).isZero();

    harness.partition().entries().ended(unreadable);

    harness.until(() -> harness.low() == 2);
  }

  @Test
  void what_is_still_hot_keeps_its_place_before_what_comes_while_older_ones_are_parked() {
    Phone first = harness.connect("phone", 2);
    String oldest = harness.arrive("phone");
    harness.until(() -> first.pushes().size() == 1);
    harness.advance(PartitionHarness.PARK_AFTER.dividedBy(2));
    String hot = harness.arrive("phone");
    harness.until(() -> first.pushes().size() == 2);
    // The oldest is overdue and parked, in flight as it is; the other is not.
    harness.advance(PartitionHarness.PARK_AFTER.dividedBy(2).plusSeconds(1));
    harness.until(() -> harness.low() == 1);

    Phone second = harness.connect("phone", 1);
    String newest = harness.arrive("phone");

    confirmAll(second, 3);
    assertThat(second.ids()).containsExactly(oldest, hot, newest);
  }
}
