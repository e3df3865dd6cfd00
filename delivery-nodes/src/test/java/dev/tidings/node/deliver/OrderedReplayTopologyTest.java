package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.replay.ordered.Order;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What providers have ordered to be sent again, at the partition that carries it out.
 *
 * <p>Shows G201 and G202 of docs/guarantees.md.
 */
final class OrderedReplayTopologyTest {
  private static final String APP = "com.example";

  @TempDir Path directory;
  private PartitionHarness partition;
  private final List<ReplayProgress> written = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    partition = new PartitionHarness(directory);
    partition.settle();
    partition.advance(OrderRuns.SETTLES);
  }

  @AfterEach
  void close() {
    partition.close();
  }

  private ReplayOrder asked(@Nullable String device, boolean dryRun) {
    return new ReplayOrder(
        device, List.of(APP), "A", 0L, Long.MAX_VALUE, dryRun, 1_000_000, 1, partition.now());
  }

  /** Tells the partition what it has to do, as the node does again and again. */
  private void carryOut(Order... orders) {
    partition.partition().carryOut(List.of(orders), (id, progress) -> written.add(progress));
    partition.settle();
  }

  private Order order(ReplayOrder asked) {
    return new Order("id", asked, null, false);
  }

  private ReplayProgress untilEnded(Order... orders) {
    partition.until(() -> {
      carryOut(orders);
      return ended();
    });
    return written.getLast();
  }

  /** The device confirms all that it is sent meanwhile. */
  private void confirmUntilEnded(Phone phone, Order order) {
    partition.until(() -> {
      carryOut(order);
      phone.confirmAll();
      return ended();
    });
  }

  private boolean ended() {
    return !written.isEmpty() && written.getLast().getEnding() != null;
  }

  @Test
  void what_a_device_has_confirmed_comes_again_in_order_marked_and_without_a_receipt() {
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 8);
    int receipts = partition.written().size();
    Order order = order(asked("phone", false));

    confirmUntilEnded(phone, order);

    assertThat(phone.ids().subList(8, phone.ids().size())).isEqualTo(ids);
    assertThat(phone.pushes().subList(8, 16)).allMatch(Phone.Push::duplicate);
    assertThat(phone.cursors()).startsWith("c1", "c2").endsWith("c8");
    ReplayProgress end = written.getLast();
    assertThat(end.getEnding()).isEqualTo("completed");
    assertThat(end.getSent()).isEqualTo(8);
    assertThat(end.getCursor()).isEqualTo(8);
    assertThat(partition.written()).hasSize(receipts);
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void it_has_not_ended_before_the_device_has_confirmed_all_of_it() {
    Phone phone = partition.connect("phone", 10);
    partition.arriveConfirmed(phone, "phone", 2);
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.until(() -> phone.ids().size() == 4);

    carryOut(order);
    phone.confirm(phone.pushes().get(2));
    partition.settle();
    carryOut(order);
    assertThat(ended()).isFalse();

    phone.confirm(phone.pushes().get(3));
    assertThat(untilEnded(order).getSent()).isEqualTo(2);
  }

  @Test
  void a_repetition_from_upstream_is_recognised_after_it_as_before() {
    Phone phone = partition.connect("phone", 10);
    String id = partition.arriveConfirmed(phone, "phone", 1).getFirst();
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.until(() -> phone.ids().size() == 2);
    phone.confirmAll();
    untilEnded(order);

    partition.arrive("phone", delivery -> delivery.setId(id));

    partition.until(() -> partition.low() == 2);
    assertThat(phone.ids()).hasSize(2);
    assertThat(partition.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void half_of_the_credit_is_left_to_what_comes_meanwhile_and_that_goes_first() {
    Phone phone = partition.connect("phone", 4);
    partition.arriveConfirmed(phone, "phone", 6);
    carryOut(order(asked("phone", false)));
    partition.until(() -> phone.ids().size() == 8);

    List<String> live = List.of(partition.arrive("phone"), partition.arrive("phone"));
    partition.settle();

    assertThat(phone.ids().subList(8, phone.ids().size())).isEqualTo(live);
  }

  @Test
  void the_devices_own_replay_and_an_ordered_one_share_that_half() {
    Phone phone = partition.connect("phone", 4);
    partition.arriveConfirmed(phone, "phone", 6);
    carryOut(order(asked("phone", false)));
    partition.until(() -> phone.ids().size() == 8);

    phone.session().replay(ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, null), new Deaf());
    partition.settle();
    partition.pause();

    assertThat(phone.ids()).hasSize(8);
  }

  private static final class Deaf implements ReplayListener {
    @Override
    public void begun() {}

    @Override
    public void refused(String why) {}

    @Override
    public void ended(ReplayEnd end) {}
  }

  @Test
  void nothing_comes_that_is_over_taken_back_for_one_attempt_or_of_an_earlier_user() {
    Phone phone = partition.connect("phone", 20);
    partition.arrive("phone", delivery -> delivery.setToken("of an earlier user"));
    partition.arrive("phone", delivery -> delivery.setToken("revoked"));
    partition.arrive("phone", partition.now() + 60_000);
    partition.arrive("phone", 0L);
    String kept = partition.arrive("phone");
    partition.settle();
    phone.confirmAll();
    partition.settle();
    partition.revokedLongAgo("of an earlier user");
    partition.revoke("revoked");
    partition.advance(Duration.ofMinutes(2));
    int before = phone.ids().size();
    Order order = order(asked("phone", false));

    carryOut(order);
    partition.until(() -> phone.ids().size() == before + 1);
    phone.confirmAll();
    ReplayProgress end = untilEnded(order);

    assertThat(phone.ids()).endsWith(kept).hasSize(before + 1);
    assertThat(end.getLeftOut()).isEqualTo(4);
    assertThat(end.getSent()).isEqualTo(1);
  }

  @Test
  void what_is_taken_back_while_it_runs_does_not_come() {
    Phone phone = partition.connect("phone", 2);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 3);
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.until(() -> phone.ids().size() == 4);

    String withdrawal =
        partition.arrive(
            "phone", delivery -> delivery.setId(WithdrawalId.of(ids.get(2))).setSent(true));
    partition.until(() -> phone.ids().contains(withdrawal));
    confirmUntilEnded(phone, order);

    assertThat(phone.ids().subList(3, phone.ids().size()))
        .startsWith(ids.get(0), withdrawal, ids.get(1))
        .doesNotContain(ids.get(2));
  }

  /** "It was evicted, so send it again" is what replays are for. */
  @Test
  void what_had_ended_unsent_and_was_replayed_is_taken_back_from_the_device() {
    String replaced = partition.arrive("phone", delivery -> delivery.setCollapseId("score"));
    partition.arrive("phone", delivery -> delivery.setCollapseId("score"));
    partition.until(() ->
        partition.receipt(replaced) != null
            && partition.receipt(replaced).getOutcome() == Outcome.COLLAPSED);
    Phone phone = partition.connect("phone", 10);
    partition.until(() -> {
      phone.confirmAll();
      return phone.ids().size() == 1;
    });
    partition.settle();
    Order order = order(asked("phone", false));
    confirmUntilEnded(phone, order);
    assertThat(phone.ids()).contains(replaced);

    String withdrawal =
        partition.arrive(
            "phone", delivery -> delivery.setId(WithdrawalId.of(replaced)).setSent(true));

    partition.until(() -> phone.ids().contains(withdrawal));
  }

  @Test
  void what_had_ended_unsent_and_was_taken_back_is_not_replayed_and_its_device_is_not_told() {
    String replaced = partition.arrive("phone", delivery -> delivery.setCollapseId("score"));
    String last = partition.arrive("phone", delivery -> delivery.setCollapseId("score"));
    partition.until(() ->
        partition.receipt(replaced) != null
            && partition.receipt(replaced).getOutcome() == Outcome.COLLAPSED);
    partition.arrive("phone", delivery -> delivery.setId(WithdrawalId.of(replaced)).setSent(true));
    partition.until(() -> partition.low() == 3);
    Phone phone = partition.connect("phone", 10);
    partition.until(() -> phone.ids().equals(List.of(last)));
    phone.confirmAll();
    partition.settle();
    Order order = order(asked("phone", false));

    confirmUntilEnded(phone, order);

    assertThat(phone.ids()).startsWith(last, last).doesNotContain(replaced);
  }

  @Test
  void a_dry_run_counts_and_sends_nothing() {
    Phone phone = partition.connect("phone", 10);
    partition.arriveConfirmed(phone, "phone", 3);
    partition.arrive("away");
    partition.arrive("away");
    partition.arrive("away", delivery -> delivery.setApp("com.other"));
    partition.settle();

    ReplayProgress end = untilEnded(order(asked(null, true)));

    assertThat(end.getEnding()).isEqualTo("completed");
    assertThat(end.getFound()).isEqualTo(5);
    assertThat(end.getDevices()).isEqualTo(2);
    assertThat(end.getAway()).isEqualTo(2);
    assertThat(phone.ids()).hasSize(3);
  }

  @Test
  void a_replay_to_one_device_waits_until_it_comes() {
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 2);
    phone.session().detached();
    partition.settle();
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.settle();
    partition.advance(FakeReplays.WAIT.minusSeconds(1));
    carryOut(order);
    assertThat(ended()).isFalse();
    assertThat(partition.replays().places).hasValue(2);

    Phone back = partition.connect("phone", 10);
    confirmUntilEnded(back, order);

    assertThat(back.ids()).isEqualTo(ids);
    assertThat(written.getLast().getEnding()).isEqualTo("completed");
  }

  @Test
  void a_replay_to_a_device_that_does_not_come_ends() {
    Phone phone = partition.connect("phone", 10);
    partition.arriveConfirmed(phone, "phone", 2);
    phone.session().detached();
    partition.settle();
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.settle();

    partition.advance(FakeReplays.WAIT.plusSeconds(1));

    assertThat(untilEnded(order).getEnding()).isEqualTo("away");
  }

  /** The search takes minutes, and a phone may be connected for less. */
  @Test
  void for_a_device_that_comes_and_goes_the_log_is_searched_once() {
    Phone phone = partition.connect("phone", 2);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 3);
    phone.session().detached();
    partition.settle();
    Order order = order(asked("phone", false));
    carryOut(order);
    List<String> shown = new ArrayList<>();

    for (int i = 0; i < 3; i++) {
      Phone back = partition.connect("phone", 2);
      partition.until(() -> {
        carryOut(order);
        return !back.ids().isEmpty();
      });
      shown.add(back.ids().getFirst());
      back.confirm(back.pushes().getFirst());
      partition.settle();
      back.session().detached();
      partition.settle();
    }

    assertThat(untilEnded(order).getSent()).isEqualTo(3);
    assertThat(shown).isEqualTo(ids);
    assertThat(partition.replays().searches).hasValue(1);
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void what_is_taken_back_while_its_device_is_waited_for_does_not_come() {
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 3);
    phone.session().detached();
    partition.settle();
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.until(() -> partition.replays().places.get() == 2);
    String withdrawal =
        partition.arrive(
            "phone", delivery -> delivery.setId(WithdrawalId.of(ids.get(1))).setSent(true));
    partition.settle();

    Phone back = partition.connect("phone", 10);
    confirmUntilEnded(back, order);

    assertThat(back.ids()).containsExactly(withdrawal, ids.get(0), ids.get(2));
  }

  @Test
  void a_device_that_comes_and_takes_nothing_is_waited_for_no_longer_than_one_that_does_not() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 2);
    phone.session().detached();
    partition.settle();
    Order order = order(asked("phone", false));
    carryOut(order);

    for (int i = 0; i < 8; i++) {
      partition.advance(FakeReplays.WAIT.dividedBy(6));
      Phone back = partition.connect("phone", 2);
      partition.until(() -> {
        carryOut(order);
        return ended() || !back.ids().isEmpty();
      });
      back.session().detached();
      partition.settle();
    }

    assertThat(untilEnded(order).getEnding()).isEqualTo("away");
  }

  @Test
  void of_a_device_that_had_nothing_it_ends_at_once_whether_it_is_here_or_not() {
    partition.arriveConfirmed(partition.connect("other", 10), "other", 2);
    partition.connect("here", 10);

    assertThat(untilEnded(order(asked("here", false))).getEnding()).isEqualTo("completed");
    written.clear();
    assertThat(untilEnded(new Order("2", asked("away", false), null, false)).getEnding())
        .isEqualTo("completed");
  }

  @Test
  void what_was_not_confirmed_when_the_connection_ended_comes_over_the_next_one() {
    Phone phone = partition.connect("phone", 4);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 4);
    Order order = order(asked("phone", false));
    carryOut(order);
    partition.until(() -> phone.ids().size() == 6);
    phone.confirm(phone.pushes().get(4));
    partition.until(() -> phone.ids().size() == 7);

    Phone next = partition.connect("phone", 10);
    assertThat(phone.closeReason()).isEqualTo(CloseReason.TAKEN_OVER);
    confirmUntilEnded(next, order);

    assertThat(next.ids()).isEqualTo(ids.subList(1, 4));
  }

  @Test
  void whoever_takes_over_goes_on_where_the_record_says() {
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 4);
    ReplayProgress before =
        new ReplayProgress(2L, 0L, 0L, 2L, 0L, 1L, false, 1L, partition.now(), null);
    Order order = new Order("id", asked("phone", false), before, false);
    carryOut(order);
    partition.until(() -> phone.ids().size() >= 6);
    phone.confirmAll();

    ReplayProgress end = untilEnded(order);

    assertThat(phone.ids().subList(4, phone.ids().size())).isEqualTo(ids.subList(2, 4));
    assertThat(end.getSent()).isEqualTo(4);
    assertThat(end.getLeftOut()).isEqualTo(1);
    assertThat(end.getStartedAt()).isEqualTo(1);
  }

  /** After a take-over they come one after the other, each as soon as it has noticed. */
  @Test
  void whoever_takes_over_passes_over_nobody_who_has_not_come_back_yet() {
    partition.close();
    partition = new PartitionHarness(directory.resolve("taken-over"));
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 4);
    phone.session().detached();
    partition.settle();
    ReplayProgress before =
        new ReplayProgress(2L, 0L, 0L, 2L, 0L, 0L, false, 1L, partition.now(), null);
    Order order = new Order("id", asked(null, false), before, false);
    Order counted = new Order("dry", asked(null, true), null, false);
    carryOut(order, counted);
    partition.pause();
    partition.advance(OrderRuns.SETTLES.minusSeconds(1));
    carryOut(order, counted);

    Phone back = partition.connect("phone", 10);
    partition.advance(Duration.ofSeconds(1));
    partition.until(() -> {
      carryOut(order, counted);
      back.confirmAll();
      return written.stream().filter(each -> each.getEnding() != null).count() == 2;
    });

    assertThat(back.ids()).isEqualTo(ids.subList(2, 4));
    assertThat(written).allMatch(each -> each.getAway() == 0);
  }

  @Test
  void one_that_is_stopped_sends_no_more() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 5);
    ReplayOrder asked = asked("phone", false);
    carryOut(order(asked));
    partition.until(() -> phone.ids().size() == 6);

    carryOut(new Order("id", asked, null, true));
    phone.confirmAll();
    partition.settle();

    assertThat(written.getLast().getEnding()).isEqualTo("stopped");
    assertThat(phone.ids()).hasSize(6);
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void one_that_the_node_no_longer_knows_is_given_up() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 5);
    carryOut(order(asked("phone", false)));
    partition.until(() -> phone.ids().size() == 6);

    carryOut();
    phone.confirmAll();
    partition.settle();

    assertThat(phone.ids()).hasSize(6);
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void all_devices_of_an_app_get_theirs_and_those_that_are_away_are_counted() {
    Phone one = partition.connect("one", 10);
    Phone two = partition.connect("two", 10);
    Phone deaf = partition.connect("deaf", 10, "tidings/com.other/#");
    List<String> ofOne = partition.arriveConfirmed(one, "one", 3);
    List<String> ofTwo = partition.arriveConfirmed(two, "two", 3);
    partition.arrive("one", delivery -> delivery.setApp("com.other"));
    partition.arrive("away");
    partition.arrive("deaf");
    partition.settle();
    one.confirmAll();
    partition.settle();
    Order order = order(asked(null, false));

    partition.until(() -> {
      carryOut(order);
      one.confirmAll();
      two.confirmAll();
      return ended();
    });

    assertThat(one.ids().subList(4, one.ids().size())).isEqualTo(ofOne);
    assertThat(two.ids().subList(3, two.ids().size())).isEqualTo(ofTwo);
    assertThat(deaf.ids()).isEmpty();
    ReplayProgress end = written.getLast();
    assertThat(end.getEnding()).isEqualTo("completed");
    assertThat(end.getSent()).isEqualTo(6);
    assertThat(end.getAway()).isEqualTo(2);
  }

  /** Nobody waits for another device: it is given up, and the others have theirs meanwhile. */
  @Test
  void a_device_that_takes_nothing_does_not_keep_the_others_from_theirs() {
    Phone slow = partition.connect("slow", 2);
    Phone phone = partition.connect("phone", 10);
    partition.arriveConfirmed(slow, "slow", 5);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 5);
    Order order = order(asked(null, false));

    carryOut(order);
    partition.until(() -> {
      phone.confirmAll();
      return phone.ids().size() == 10;
    });
    assertThat(phone.ids().subList(5, 10)).isEqualTo(ids);
    assertThat(slow.ids()).hasSize(6);
    partition.advance(Duration.ofMinutes(1).plusSeconds(1));

    assertThat(untilEnded(order).getAway()).isEqualTo(5);
    assertThat(slow.ids()).hasSize(6);
  }

  /** What it has not taken stands before what is theirs. */
  @Test
  void a_device_that_takes_little_keeps_the_others_from_theirs_for_minutes_at_most() {
    Phone slow = partition.connect("slow", 2);
    partition.arriveConfirmed(slow, "slow", 300);
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 5);
    Order order = order(asked(null, false));
    partition.until(() -> {
      carryOut(order);
      return slow.ids().size() == 301 && partition.replays().given.get() >= 256;
    });
    // The last ones that were read are taken before any time goes by.
    partition.settle();

    for (int i = 0; i < 9; i++) {
      partition.advance(Duration.ofSeconds(50));
      slow.confirm(slow.pushes().getLast());
      partition.settle();
      carryOut(order);
    }
    partition.until(() -> {
      carryOut(order);
      return phone.ids().size() == 10;
    });
    assertThat(phone.ids().subList(5, 10)).isEqualTo(ids);
  }

  @Test
  void the_rate_is_of_what_is_sent_and_not_of_what_is_for_devices_that_are_away() {
    for (int i = 0; i < 12; i++) {
      partition.arrive("away");
    }
    partition.settle();
    Phone phone = partition.connect("phone", 10);
    partition.arriveConfirmed(phone, "phone", 2 * FakeReplays.SLICE);
    ReplayOrder oneASecond =
        new ReplayOrder(null, List.of(APP), "A", 0L, Long.MAX_VALUE, false, 1, 1, partition.now());
    Order order = order(oneASecond);

    int first = 3 * FakeReplays.SLICE;
    partition.until(() -> {
      carryOut(order);
      return phone.ids().size() == first;
    });
    phone.confirmAll();
    partition.pause();
    partition.settle();
    assertThat(phone.ids()).hasSize(first);

    partition.advance(Duration.ofSeconds(FakeReplays.SLICE));
    partition.until(() -> phone.ids().size() == first + FakeReplays.SLICE);
  }

  @Test
  void a_device_that_takes_another_replay_first_is_not_given_up() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 8);
    Order first = new Order("1", asked(null, false), null, false);
    Order second = new Order("2", asked(null, false), null, false);
    partition.until(() -> {
      carryOut(first, second);
      return phone.ids().size() == 9;
    });

    for (int i = 0; i < 5; i++) {
      partition.advance(Duration.ofSeconds(20));
      phone.confirm(phone.pushes().getLast());
      partition.settle();
      carryOut(first, second);
    }
    assertThat(written).isNotEmpty().allMatch(each -> each.getAway() == 0);

    partition.until(() -> {
      phone.confirm(phone.pushes().getLast());
      carryOut(first, second);
      return written.stream().filter(each -> each.getEnding() != null).count() == 2;
    });
    assertThat(phone.ids()).hasSize(8 * 3);
  }

  @Test
  void one_that_cannot_be_read_fails_after_a_while_and_gives_its_place_back() {
    partition.arriveConfirmed(partition.connect("phone", 10), "phone", 1);
    partition.replays().fails = true;
    Order order = order(asked("phone", false));

    partition.until(() -> {
      carryOut(order);
      partition.advance(Duration.ofSeconds(2));
      partition.pause();
      return ended();
    });

    assertThat(written.getLast().getEnding()).isEqualTo("failed");
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void one_that_takes_longer_than_a_day_ends() {
    partition.arriveConfirmed(partition.connect("phone", 10), "phone", 1);
    ReplayOrder asked = asked("phone", false);
    partition.replays().places.set(0);
    carryOut(order(asked));

    partition.advance(Duration.ofHours(25));

    assertThat(untilEnded(order(asked)).getEnding()).isEqualTo("expired");
  }

  @Test
  void who_has_unsubscribed_gets_no_more() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 5);
    carryOut(order(asked(null, false)));
    partition.until(() -> phone.ids().size() == 6);

    phone.session().subscribed(Subscriptions.of(List.of()), () -> {});
    phone.confirmAll();
    partition.settle();

    assertThat(phone.ids()).hasSize(6);
  }
}
