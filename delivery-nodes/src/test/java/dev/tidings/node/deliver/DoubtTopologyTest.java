package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nobody knows whether the partition is still this node's.
 *
 * <p>Shows G56 and G76 of docs/guarantees.md.
 */
class DoubtTopologyTest {
  @TempDir Path state;
  private PartitionHarness node;

  @BeforeEach
  void start() {
    node = new PartitionHarness(state);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void nothing_is_sent_until_it_is_clear() {
    Phone phone = node.connect("phone", 10);
    node.partition().doubt(true);
    String id = node.arrive("phone");
    node.settle();
    assertThat(phone.pushes()).isEmpty();

    node.partition().doubt(false);
    node.settle();

    assertThat(phone.ids()).containsExactly(id);
  }

  @Test
  void what_is_confirmed_counts_when_it_is_clear_that_the_partition_is_still_ours() {
    Phone phone = node.connect("phone", 10);
    String id = node.arrive("phone");
    node.settle();
    node.partition().doubt(true);
    phone.confirm(phone.pushes().getFirst());
    ticks();
    assertThat(node.receipt(id)).isNull();
    assertThat(node.low()).isZero();

    node.partition().doubt(false);
    node.until(() -> node.low() == 1);

    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(phone.ids()).containsExactly(id);
  }

  @Test
  void what_was_never_sent_may_be_confirmed_as_often_as_a_device_likes() {
    Phone phone = node.connect("phone", 10);
    String id = node.arrive("phone");
    node.settle();
    node.partition().doubt(true);
    for (int i = 0; i < 10_000; i++) {
      phone.session().confirmed(phone.pushes().getFirst().packetId() + i % 3);
    }
    ticks();
    assertThat(node.partition().waitingForCertainty()).isEqualTo(1);

    node.partition().doubt(false);

    node.until(() -> node.low() == 1);
    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void what_another_node_has_by_now_is_neither_ended_nor_parked_nor_committed() {
    Phone phone = node.connect("phone", 10);
    String id = node.arrive("phone");
    String expiring = node.arrive("phone", node.now() + 1_000);
    node.settle();
    int before = node.written().size();
    node.partition().doubt(true);
    phone.confirm(phone.pushes().getFirst());
    phone.session().detached();
    node.advance(PartitionHarness.PARK_AFTER.multipliedBy(20));
    ticks();

    DeliveryPartition.Remains remains = node.partition().close().join();
    node.settle();

    assertThat(remains.last()).isNull();
    assertThat(node.written()).hasSize(before);
    assertThat(node.receipt(id)).isNull();
    assertThat(node.receipt(expiring)).isNull();
  }

  @Test
  void what_is_parked_does_not_expire_meanwhile_and_does_afterwards() {
    String id = node.arrive("away", node.now() + 5_000);
    node.settle();
    node.partition().doubt(true);
    node.advance(Duration.ofSeconds(6));
    ticks();
    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.PENDING);

    node.partition().doubt(false);
    node.until(() -> node.receipt(id).getOutcome() == Outcome.EXPIRED);
  }

  /** Who has the partition by then looks for it, and tells the device. */
  @Test
  void what_is_looked_for_in_an_inbox_is_not_given_up_before_it_is_clear() {
    String id = node.arrive("away");
    node.until(() -> node.low() == 1);
    node.failReads(Integer.MAX_VALUE);
    node.arrive("away", withdrawal -> withdrawal.setId(WithdrawalId.of(id)).setSent(true));
    node.settle();
    int before = node.written().size();
    node.partition().doubt(true);
    node.advance(Duration.ofSeconds(6));
    // Longer than what could not be read waits to be read again.
    Awaitility.await().pollDelay(Duration.ofMillis(1_200)).until(() -> true);
    ticks();
    assertThat(node.written()).hasSize(before);

    node.failReads(0);
    node.partition().doubt(false);

    node.until(() -> node.low() == 2 && node.receipt(id).getOutcome() == Outcome.WITHDRAWN);
  }

  @Test
  void a_device_that_left_meanwhile_finds_all_when_it_is_back() {
    Phone phone = node.connect("phone", 1);
    String first = node.arrive("phone");
    String second = node.arrive("phone");
    node.settle();
    node.partition().doubt(true);
    phone.session().detached();
    assertThat(node.connect("phone", 10).refusal()).isEqualTo(AttachRefusal.OWNERSHIP_IN_DOUBT);

    node.partition().doubt(false);
    Phone again = node.connect("phone", 10);
    node.until(() -> again.pushes().size() == 2);

    assertThat(again.ids()).containsExactly(first, second);
  }

  @Test
  void what_was_being_read_from_the_inbox_is_read_again() {
    for (int i = 0; i < 50; i++) {
      node.arrive("phone");
    }
    node.settle();
    Phone phone = node.connect("phone", 100);
    node.partition().doubt(true);
    node.settle();

    node.partition().doubt(false);

    node.until(() -> phone.pushes().size() == 50);
    assertThat(phone.ids()).doesNotHaveDuplicates();
  }

  /** What comes anew waits elsewhere until it is clear; this was taken before. */
  @Test
  void what_was_taken_before_and_waits_for_its_inbox_to_be_read_is_not_sent_meanwhile() {
    String id = node.arrive("phone");
    node.until(() -> node.low() == 1);
    node.failReads(1);
    int before = node.looked();
    Phone phone = node.connect("phone", 10);
    Awaitility.await().until(() -> node.looked() > before);
    node.settle();
    node.partition().doubt(true);
    // Longer than until what could not be read is read again.
    Awaitility.await().pollDelay(Duration.ofMillis(1_200)).until(() -> true);
    node.settle();
    assertThat(phone.pushes()).isEmpty();

    node.partition().doubt(false);

    node.until(() -> phone.ids().equals(List.of(id)));
  }

  /** A cluster that is away, and comes back with another topic of the same name. */
  @Test
  void what_was_read_before_the_log_was_made_anew_is_there_when_it_is_clear() {
    Phone phone = node.connect("phone", 10);
    node.partition().doubt(true);
    String before = node.arrive("phone");
    node.begins(new Life(1, new Uuid(1, 1), 0));
    String after = node.arrive("phone");
    node.settle();

    node.partition().doubt(false);

    node.until(() -> phone.ids().equals(List.of(before, after)));
    phone.pushes().forEach(phone::confirm);
    node.until(() -> node.low() == new Life(1, new Uuid(1, 1), 0).sequence(1));
    assertThat(node.receipt(before).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void a_record_whose_dead_letter_stands_before_it_is_taken_does_not_hold_the_offset() {
    node.partition().doubt(true);
    Entry entry = node.arriveUnreadable();
    node.partition().entries().ended(entry);
    ticks();

    node.partition().doubt(false);

    node.until(() -> node.low() == 1);
  }

  @Test
  void the_connections_that_are_to_be_sent_away_are_told() {
    Phone phone = node.connect("phone", 1);
    node.partition().doubt(true);

    node.partition()
        .sessions()
        .links()
        .join()
        .forEach(link -> link.close(CloseReason.SERVER_MOVED));

    assertThat(phone.closeReason()).isEqualTo(CloseReason.SERVER_MOVED);
  }

  @Test
  void they_are_told_where_they_may_be_written_to_again() {
    EventLoopGroup loops = new DefaultEventLoopGroup(2);
    try {
      Partitions owner = node.node(loops);
      Phone phone = new Phone();
      owner.attach(new DeviceId("phone"), phone, 1);
      Awaitility.await().until(() -> phone.session() != null);

      owner.cutOff();

      Awaitility.await().until(() -> phone.closeReason() != null);
      assertThat(phone.wasClosedWhereItWasTaken()).isTrue();
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
  }

  /** As one that an unexpected failure has closed. */
  @Test
  void a_partition_that_is_opened_again_meanwhile_is_in_doubt_too() {
    EventLoopGroup loops = new DefaultEventLoopGroup(2);
    try {
      Partitions owner = node.node(loops);
      owner.doubt();
      owner.lost(0);
      node.acquire(owner);

      Phone early = new Phone();
      owner.attach(new DeviceId("phone"), early, 1);
      Awaitility.await().until(() -> early.session() != null || early.refusal() != null);
      assertThat(early.refusal()).isEqualTo(AttachRefusal.OWNERSHIP_IN_DOUBT);

      owner.sure();
      Phone later = new Phone();
      owner.attach(new DeviceId("phone"), later, 1);
      Awaitility.await().until(() -> later.session() != null);
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
  }

  private void ticks() {
    node.settle();
    node.pause();
    node.settle();
  }
}
