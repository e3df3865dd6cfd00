package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices that take little, and a partition that others share with them.
 *
 * <p>Shows G15, G22, G31, G65 and G68 of docs/guarantees.md.
 */
class SlowDevicesTopologyTest {
  private static final int WINDOW = 1 << 20;
  private static final int WEIGHT = 4_500;
  private static final DeliveryRules RULES =
      new DeliveryRules(
          PartitionHarness.PARK_AFTER, Duration.ofMillis(10), 10_000, 1 << 30, 64, 1_000, WINDOW);

  @TempDir Path directory;

  @Test
  void devices_that_confirm_nothing_leave_most_of_the_window_to_the_others() {
    try (PartitionHarness owner = new PartitionHarness(directory, RULES)) {
      owner.weigh(WEIGHT);
      connect(owner, 16, 64);
      arrive(owner, 16, 60);
      owner.settle();

      assertThat(owner.partition().bytes()).isBetween(1L, WINDOW / 2L);
    }
  }

  @Test
  void more_devices_than_the_window_has_room_for_do_not_keep_it_full() {
    try (PartitionHarness owner = new PartitionHarness(directory, RULES)) {
      owner.weigh(WEIGHT);
      int many = 2 * WINDOW / WEIGHT;
      connect(owner, many, 64);
      arrive(owner, many, 2);
      owner.settle();

      owner.advance(PartitionHarness.PARK_AFTER.dividedBy(4));
      owner.pause();
      owner.until(() -> owner.partition().bytes() < WINDOW / 2);
    }
  }

  /** Some confirm nothing and some a little, of entries that are as large as they may be or not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8})
  void no_mix_of_slow_devices_fills_the_window_of_a_partition(long seed) {
    Random random = new Random(seed);
    try (PartitionHarness owner = new PartitionHarness(directory, RULES)) {
      List<SlowPhone> slow = new ArrayList<>();
      int devices = 8 + random.nextInt(41);
      for (int i = 0; i < devices; i++) {
        String name = "slow" + i;
        Phone phone = owner.connect(name, 1 + random.nextInt(64));
        slow.add(new SlowPhone(name, phone, random.nextInt(4)));
      }
      Phone bystander = owner.connect("bystander", 8);
      List<String> sent = new ArrayList<>();
      for (int round = 0; round < 20; round++) {
        int many = random.nextInt(120);
        int turn = random.nextInt(many + 1);
        for (int i = 0; i <= many; i++) {
          owner.weigh(1 + random.nextInt(random.nextBoolean() ? 500 : WINDOW / 64));
          if (i == turn) {
            sent.add(owner.arrive("bystander"));
          } else {
            owner.arrive(slow.get(random.nextInt(slow.size())).name());
          }
        }
        owner.settle();
        assertThat(bystander.ids()).as("without any waiting").isEqualTo(sent);
        assertThat(owner.partition().bytes()).isLessThan(WINDOW * 4L / 5);

        bystander.confirm(bystander.pushes().getLast());
        slow.forEach(SlowPhone::confirmSome);
        owner.advance(Duration.ofMillis(random.nextInt(2_000)));
        owner.pause();
      }
      owner.advance(PartitionHarness.PARK_AFTER);
      owner.pause();
      owner.until(() -> owner.partition().bytes() < WINDOW / 2);
    }
  }

  /** A device that confirms so many at a time. */
  private record SlowPhone(String name, Phone phone, int some) {
    void confirmSome() {
      phone.pushes().stream().skip(phone.confirmed()).limit(some).toList().forEach(phone::confirm);
    }
  }

  @Test
  void all_of_it_arrives_in_order_nevertheless() {
    try (PartitionHarness owner = new PartitionHarness(directory, RULES)) {
      owner.weigh(WEIGHT);
      List<String> sent = new ArrayList<>();
      Phone phone = owner.connect("slow", 8);
      for (int i = 0; i < 60; i++) {
        sent.add(owner.arrive("slow"));
      }
      int[] confirmed = {0};
      owner.until(() -> {
        if (confirmed[0] < phone.pushes().size()) {
          phone.confirm(phone.pushes().get(confirmed[0]++));
        }
        return phone.pushes().size() == sent.size();
      });
      assertThat(phone.ids()).containsExactlyElementsOf(sent);
    }
  }

  @Test
  void a_backlog_waits_while_too_much_waits_to_be_written() {
    try (PartitionHarness owner = new PartitionHarness(directory, RULES)) {
      String parked = owner.arrive("phone");
      owner.until(() -> owner.low() == 1);
      owner.hold(record -> record.topic().equals(LogTopics.RECEIPTS.name()));
      for (int i = 0; i < PartitionHarness.FULL; i++) {
        owner.arrive("absent");
      }
      owner.settle();
      assertThat(owner.logIsFull()).isTrue();
      Phone phone = owner.connect("phone", 8);
      owner.pause();
      owner.settle();
      assertThat(phone.pushes()).isEmpty();

      owner.letGo();

      owner.until(() -> phone.ids().equals(List.of(parked)));
    }
  }

  @Test
  void one_attempt_is_not_made_again_over_the_connection_that_displaces_the_first() {
    DeliveryRules small =
        new DeliveryRules(
            PartitionHarness.PARK_AFTER, Duration.ofMillis(10), 10_000, 1 << 30, 64, 1_000, 9_600);
    try (PartitionHarness owner = new PartitionHarness(directory, small)) {
      Phone first = owner.connect("phone", 8);
      String normal = owner.arrive("phone");
      owner.until(() -> first.pushes().size() == 1);
      // It has its share of the window: this one goes ahead of what may come in between.
      String once = owner.arrive("phone", 0L);
      owner.until(() -> first.pushes().size() == 2);

      Phone second = owner.connect("phone", 8);

      owner.until(() -> owner.receipt(once) != null);
      assertThat(owner.receipt(once).getOutcome()).isEqualTo(Outcome.EXPIRED);
      assertThat(second.ids()).containsExactly(normal);
      assertThat(second.pushes()).allMatch(Phone.Push::duplicate);
    }
  }

  @Test
  void what_the_inbox_will_never_take_ends_with_a_receipt_and_the_next_goes_on() {
    try (PartitionHarness owner = new PartitionHarness(directory, RULES)) {
      int[] seen = {0};
      owner.refuse(record ->
          record.topic().equals(LogTopics.INBOX.name())
              && record.value() != null
              && seen[0]++ == 0);
      String first = owner.arrive("away");
      String second = owner.arrive("away");

      owner.until(() -> owner.low() == 2);
      assertThat(owner.receipt(first).getOutcome()).isEqualTo(Outcome.REJECTED);
      assertThat(owner.receipt(second).getOutcome()).isEqualTo(Outcome.PENDING);
      Phone phone = owner.connect("away", 5);
      owner.until(() -> phone.ids().equals(List.of(second)));
    }
  }

  /** It is waited for before anything behind it is sent, and does not come. */
  @Test
  void what_the_inbox_will_never_take_keeps_nothing_from_a_device_that_stays() {
    try (PartitionHarness owner = new PartitionHarness(directory)) {
      Phone phone = owner.connect("phone", 1);
      String inFlight = owner.arrive("phone");
      String refused = owner.arrive("phone");
      owner.until(() -> phone.ids().equals(List.of(inFlight)));
      owner.refuse(record ->
          record.topic().equals(LogTopics.INBOX.name())
              && record.value() != null
              && InboxKey.parse(record.key()).sequence() == 1);

      owner.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
      owner.until(() -> owner.low() == 2);
      assertThat(owner.receipt(refused).getOutcome()).isEqualTo(Outcome.REJECTED);
      String next = owner.arrive("phone");
      phone.confirm(phone.pushes().getFirst());

      owner.until(() -> phone.ids().size() == 2);
      assertThat(phone.ids()).containsExactly(inFlight, next);
    }
  }

  @Test
  void what_is_confirmed_on_its_way_to_the_inbox_stays_delivered_if_that_never_takes_it() {
    try (PartitionHarness owner = new PartitionHarness(directory)) {
      Phone phone = owner.connect("phone", 1);
      String id = owner.arrive("phone");
      owner.until(() -> phone.ids().equals(List.of(id)));
      owner.hold(record -> record.topic().equals(LogTopics.INBOX.name()));
      owner.refuse(
          record -> record.topic().equals(LogTopics.INBOX.name()) && record.value() != null);
      owner.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
      owner.until(() -> owner.receipt(id) != null);
      assertThat(owner.receipt(id).getOutcome()).isEqualTo(Outcome.PENDING);
      phone.confirm(phone.pushes().getFirst());
      owner.until(() -> owner.receipt(id).getOutcome() == Outcome.DELIVERED);
      assertThat(owner.low()).isZero();

      owner.letGo();

      owner.until(() -> owner.low() == 1);
      assertThat(owner.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
      String next = owner.arrive("phone");
      owner.until(() -> phone.ids().equals(List.of(id, next)));
    }
  }

  /** The offset says that it has ended: the receipt goes first. */
  @Test
  void what_the_inbox_never_takes_holds_the_offset_until_its_receipt_stands() {
    try (PartitionHarness owner = new PartitionHarness(directory)) {
      Predicate<ProducerRecord<byte[], byte[]>> isParking =
          record -> record.topic().equals(LogTopics.INBOX.name()) && record.value() != null;
      Phone phone = owner.connect("phone", 1);
      String id = owner.arrive("phone");
      owner.until(() -> phone.ids().equals(List.of(id)));
      owner.hold(isParking.or(record -> record.topic().equals(LogTopics.RECEIPTS.name())));
      owner.refuse(isParking);
      owner.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
      owner.until(owner::isHolding);
      phone.confirm(phone.pushes().getFirst());
      owner.settle();

      owner.letGo(isParking);

      owner.pause();
      owner.settle();
      owner.pause();
      assertThat(owner.low()).isZero();
      owner.letGo();
      owner.until(() -> owner.low() == 1);
      assertThat(owner.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
    }
  }

  private static void connect(PartitionHarness owner, int devices, int credit) {
    for (int i = 0; i < devices; i++) {
      owner.connect("slow" + i, credit);
    }
  }

  private static void arrive(PartitionHarness owner, int devices, int each) {
    for (int round = 0; round < each; round++) {
      for (int i = 0; i < devices; i++) {
        owner.arrive("slow" + i);
      }
    }
  }
}
