package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ReplayEnd.How;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a device asks to be sent again, at the partition that has its inbox.
 *
 * <p>Shows G107 of docs/guarantees.md.
 */
final class ReplayTopologyTest {
  private static final ReplaySpan ALL = ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, null);

  @TempDir Path directory;
  private PartitionHarness partition;

  /** What a device hears of its replay. */
  private static final class Heard implements ReplayListener {
    final AtomicBoolean begun = new AtomicBoolean();
    final List<String> refusals = new CopyOnWriteArrayList<>();
    final List<ReplayEnd> ends = new CopyOnWriteArrayList<>();

    @Override
    public void begun() {
      begun.set(true);
    }

    @Override
    public void refused(String why) {
      refusals.add(why);
    }

    @Override
    public void ended(ReplayEnd end) {
      ends.add(end);
    }
  }

  @BeforeEach
  void open() {
    partition = new PartitionHarness(directory);
    partition.settle();
  }

  @AfterEach
  void close() {
    partition.close();
  }

  private Heard replay(Phone phone, ReplaySpan span) {
    Heard heard = new Heard();
    phone.session().replay(span, heard);
    partition.settle();
    return heard;
  }

  /** With the end of the span before the withdrawal, and behind it. */
  @ParameterizedTest
  @ValueSource(longs = {2, ReplaySpan.NOW})
  void what_was_taken_back_before_it_was_sent_does_not_come(long until) {
    String kept = partition.arrive("phone");
    String withdrawn = partition.arrive("phone");
    String withdrawal = withdraw(withdrawn);
    partition.until(() -> partition.low() == 3);
    Phone phone = partition.connect("phone", 10);
    partition.until(() -> phone.ids().equals(List.of(kept)));
    phone.confirmAll();
    partition.settle();

    Heard heard = replay(phone, ReplaySpan.of(new ReplaySpan.Time(0), until, null));
    partition.until(() -> !heard.ends.isEmpty());

    assertThat(phone.ids())
        .containsExactlyElementsOf(
            until == ReplaySpan.NOW ? List.of(kept, kept, withdrawal) : List.of(kept, kept));
    assertThat(heard.ends.getFirst().skipped()).isEqualTo(1);
  }

  /** The device is told at once: what came behind that would stay on its screen. */
  @Test
  void what_is_taken_back_while_it_runs_does_not_come() {
    Phone phone = partition.connect("phone", 2);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 3);
    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 4);
    String withdrawal = withdraw(ids.get(2));
    partition.until(() -> phone.ids().contains(withdrawal));

    partition.until(() -> {
      phone.confirmAll();
      return !heard.ends.isEmpty();
    });

    assertThat(phone.ids().subList(3, phone.ids().size()))
        .containsExactly(ids.get(0), withdrawal, ids.get(1));
    assertThat(heard.ends).containsExactly(new ReplayEnd(How.COMPLETE, 2, 1, "c3", false));
  }

  /** A call of last week is not to ring. */
  @Test
  void what_was_for_one_attempt_is_left_out() {
    Phone phone = partition.connect("phone", 10);
    String once = partition.arrive("phone", 0L);
    String kept = partition.arrive("phone");
    partition.until(() -> phone.ids().equals(List.of(once, kept)));
    phone.confirmAll();
    partition.settle();

    Heard heard = replay(phone, ALL);
    partition.until(() -> !heard.ends.isEmpty());

    assertThat(phone.ids()).containsExactly(once, kept, kept);
    assertThat(heard.ends).containsExactly(new ReplayEnd(How.COMPLETE, 1, 1, "c2", false));
  }

  private String withdraw(String id) {
    return partition.arrive("phone", delivery -> delivery.setId(WithdrawalId.of(id)).setSent(true));
  }

  @Test
  void what_was_confirmed_comes_again_in_order_and_no_receipt_tells_of_it() {
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 8);
    long written = partition.written().size();

    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 13);
    phone.confirmAll();

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(phone.ids().subList(8, 16)).isEqualTo(ids);
    assertThat(phone.pushes().subList(8, 16)).allMatch(Phone.Push::duplicate);
    assertThat(heard.ends).containsExactly(new ReplayEnd(How.COMPLETE, 8, 0, "c8", false));
    assertThat(phone.cursors()).startsWith("c1", "c2").endsWith("c8");
    phone.confirmAll();
    partition.settle();
    assertThat(partition.written()).hasSize((int) written);
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void a_repetition_from_upstream_is_recognised_after_a_replay_as_before() {
    Phone phone = partition.connect("phone", 10);
    String id = partition.arriveConfirmed(phone, "phone", 1).getFirst();
    replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 2);
    phone.confirmAll();

    partition.arrive("phone", delivery -> delivery.setId(id));

    partition.until(() -> partition.low() == 2);
    assertThat(phone.ids()).hasSize(2);
    assertThat(partition.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void half_of_the_credit_is_left_to_what_comes_meanwhile_and_that_goes_first() {
    Phone phone = partition.connect("phone", 4);
    partition.arriveConfirmed(phone, "phone", 6);

    replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 8);
    List<String> live =
        List.of(partition.arrive("phone"), partition.arrive("phone"), partition.arrive("phone"));
    partition.settle();

    assertThat(phone.ids().subList(8, phone.ids().size())).isEqualTo(live.subList(0, 2));
    phone.confirm(phone.pushes().get(6));
    partition.settle();
    assertThat(phone.ids().subList(10, phone.ids().size())).isEqualTo(live.subList(2, 3));
  }

  @Test
  void with_a_credit_of_one_it_goes_on_between_what_comes() {
    Phone phone = partition.connect("phone", 1);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 3);

    Heard heard = replay(phone, ALL);
    for (int i = 0; i < 3; i++) {
      partition.settle();
      phone.confirm(phone.pushes().getLast());
    }

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(phone.ids().subList(3, 6)).isEqualTo(ids);
  }

  @Test
  void it_ends_though_the_last_of_it_is_not_sent() {
    Phone phone = partition.connect("phone", 1);
    String one = partition.arriveConfirmed(phone, "phone", 1).getFirst();
    partition.arrive("phone", partition.now() + 60_000);
    partition.settle();
    phone.confirm(phone.pushes().getLast());
    partition.settle();
    partition.advance(Duration.ofMinutes(2));

    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 3);
    phone.confirm(phone.pushes().getLast());

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(phone.ids()).endsWith(one);
    assertThat(heard.ends).containsExactly(new ReplayEnd(How.COMPLETE, 1, 1, "c2", false));
  }

  @Test
  void only_what_is_subscribed_to_and_of_the_app_comes_and_nothing_that_is_over() {
    Phone phone = partition.connect("phone", 20, "tidings/com.example/#", "tidings/com.other/#");
    partition.arrive("phone", delivery -> delivery.setApp("com.other"));
    partition.arrive("phone", delivery -> delivery.setToken("revoked"));
    partition.arrive("phone", partition.now() + 60_000);
    String one = partition.arrive("phone");
    partition.settle();
    phone.confirmAll();
    partition.settle();
    partition.revoke("revoked");
    partition.advance(Duration.ofMinutes(2));
    int before = phone.ids().size();

    Heard heard =
        replay(phone, ReplaySpan.of(new ReplaySpan.Time(0), ReplaySpan.NOW, "com.example"));
    partition.until(() -> !heard.ends.isEmpty());
    phone.session().subscribed(Subscriptions.of(List.of("tidings/com.other/#")), () -> {});
    Heard other = replay(phone, ALL);
    partition.until(() -> !other.ends.isEmpty());

    assertThat(before).isEqualTo(4);
    assertThat(phone.ids()).hasSize(6);
    assertThat(phone.ids().get(4)).isEqualTo(one);
    assertThat(heard.ends.getFirst().skipped()).isEqualTo(2);
    assertThat(other.ends.getFirst().count()).isEqualTo(1);
  }

  @Test
  void what_was_sent_to_an_earlier_user_of_the_device_does_not_come_again_however_long_ago() {
    Phone phone = partition.connect("phone", 20);
    partition.arrive("phone", delivery -> delivery.setToken("of an earlier user"));
    String own = partition.arrive("phone");
    partition.settle();
    phone.confirmAll();
    partition.revokedLongAgo("of an earlier user");

    Heard heard = replay(phone, ALL);
    partition.until(() -> !heard.ends.isEmpty());

    assertThat(phone.ids()).hasSize(3).endsWith(own);
    assertThat(heard.ends).containsExactly(new ReplayEnd(How.COMPLETE, 1, 1, "c2", false));
  }

  @Test
  void what_was_read_before_its_token_was_revoked_is_not_sent_once_that_is_forgotten_either() {
    Phone phone = partition.connect("phone", 1);
    partition.arriveConfirmed(phone, "phone", 3);
    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 4);

    partition.revoke("token");
    partition.partition().purge(new DeviceId("phone"));
    partition.settle();
    partition.forgetRevocations();
    phone.confirm(phone.pushes().getLast());

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(phone.ids()).hasSize(4);
    assertThat(heard.ends.getFirst().skipped()).isEqualTo(2);
  }

  @Test
  void a_device_has_one_at_a_time_and_a_node_a_few() {
    partition.replays().holds = true;
    Phone one = partition.connect("one", 10);
    Phone two = partition.connect("two", 10);
    Phone three = partition.connect("three", 10);

    Heard first = replay(one, ALL);
    Heard again = replay(one, ALL);
    Heard second = replay(two, ALL);
    Heard third = replay(three, ALL);

    assertThat(first.begun).isTrue();
    assertThat(second.begun).isTrue();
    assertThat(again.refusals).containsExactly("a replay is running");
    assertThat(third.refusals).containsExactly("too many replays at the moment");
    partition.replays().letGo();
    partition.until(() -> first.ends.size() + second.ends.size() == 2);
    assertThat(replay(three, ALL).begun).isTrue();
  }

  @Test
  void a_device_that_takes_no_notifications_is_refused() {
    Phone phone = partition.connect("phone", 10, new String[0]);

    assertThat(replay(phone, ALL).refusals).containsExactly("nothing is subscribed to");
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void a_device_that_stops_it_or_leaves_frees_its_place_once_nothing_is_read_for_it() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 8);
    Heard stopped = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 9);

    phone.session().stopReplay();
    partition.settle();
    phone.confirm(phone.pushes().getLast());
    partition.settle();
    partition.replays().holds = true;
    Heard left = replay(phone, ALL);
    phone.session().detached();
    partition.settle();

    assertThat(stopped.ends).containsExactly(new ReplayEnd(How.STOPPED, 1, 0, "c1", false));
    assertThat(phone.ids()).hasSize(9);
    assertThat(left.ends).extracting(ReplayEnd::how).containsExactly(How.MOVED);
    assertThat(partition.replays().places).hasValue(1);
    Phone again = partition.connect("phone", 10);
    partition.replays().letGo();
    partition.until(() -> partition.replays().places.get() == 2);
    assertThat(again.ids()).isEmpty();
  }

  @Test
  void what_is_in_flight_of_a_replay_is_not_parked_when_the_device_leaves() {
    Phone phone = partition.connect("phone", 10);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 3);
    replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 6);

    phone.session().detached();
    partition.settle();
    Phone again = partition.connect("phone", 10);
    partition.settle();

    assertThat(again.ids()).isEmpty();
    assertThat(ids).allMatch(id -> partition.receipt(id).getOutcome() == Outcome.DELIVERED);
  }

  @Test
  void a_partition_that_is_given_back_ends_it_with_where_to_go_on() {
    Phone phone = partition.connect("phone", 4);
    partition.arriveConfirmed(phone, "phone", 6);
    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 8);

    partition.partition().close().join();

    assertThat(heard.ends).containsExactly(new ReplayEnd(How.MOVED, 2, 0, "c2", false));
  }

  @Test
  void a_device_that_takes_nothing_and_a_log_that_gives_nothing_end_it() {
    Phone phone = partition.connect("phone", 2);
    partition.arriveConfirmed(phone, "phone", 4);
    Heard stalled = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 5);

    partition.advance(Duration.ofSeconds(61));
    partition.until(() -> !stalled.ends.isEmpty());
    phone.confirm(phone.pushes().getLast());
    partition.replays().gives = false;
    Heard vain = replay(phone, ALL);
    partition.until(() -> !vain.ends.isEmpty());
    partition.replays().fails = true;
    Heard failed = replay(phone, ALL);
    partition.until(() -> !failed.ends.isEmpty());

    assertThat(stalled.ends.getFirst().how()).isEqualTo(How.STALLED);
    assertThat(vain.ends.getFirst().how()).isEqualTo(How.UNAVAILABLE);
    assertThat(failed.ends.getFirst().how()).isEqualTo(How.UNAVAILABLE);
    assertThat(partition.replays().places).hasValue(2);
  }

  @Test
  void what_is_live_and_takes_all_of_the_credit_does_not_end_it() {
    Phone phone = partition.connect("phone", 2);
    String first = partition.arriveConfirmed(phone, "phone", 1).getFirst();
    String live = partition.arrive("phone");
    partition.settle();
    for (int i = 0; i < 3; i++) {
      partition.arrive("phone");
    }
    partition.settle();
    Heard heard = replay(phone, ALL);
    assertThat(phone.ids()).startsWith(first, live).hasSize(3);

    for (int i = 0; i < 2; i++) {
      partition.advance(Duration.ofSeconds(50));
      partition.settle();
      phone.confirm(phone.pushes().get(1 + i));
      partition.settle();
    }
    assertThat(heard.ends).isEmpty();

    partition.until(() -> {
      phone.confirmAll();
      return !heard.ends.isEmpty();
    });
    assertThat(heard.ends.getFirst().how()).isEqualTo(How.COMPLETE);
  }

  @Test
  void a_device_that_confirms_only_what_is_live_does_not_keep_it() {
    Phone phone = partition.connect("phone", 4);
    partition.arriveConfirmed(phone, "phone", 3);
    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 5);

    partition.advance(Duration.ofSeconds(50));
    String live = partition.arrive("phone");
    partition.until(() -> phone.ids().getLast().equals(live));
    phone.confirm(phone.pushes().getLast());
    partition.settle();
    partition.advance(Duration.ofSeconds(11));

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(heard.ends.getFirst().how()).isEqualTo(How.STALLED);
  }

  @Test
  void what_is_too_large_for_the_device_is_left_out_and_takes_no_credit() {
    Phone phone = partition.connect("phone", 2);
    List<String> ids = partition.arriveConfirmed(phone, "phone", 4);
    phone.cannotTake(ids.get(0));
    phone.cannotTake(ids.get(1));

    Heard heard = replay(phone, ALL);
    partition.until(() -> phone.ids().size() == 5);
    phone.confirm(phone.pushes().getLast());

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(phone.ids().subList(4, 6)).isEqualTo(ids.subList(2, 4));
    assertThat(heard.ends).containsExactly(new ReplayEnd(How.COMPLETE, 2, 2, "c4", false));
  }

  @Test
  void what_waits_parked_comes_before_it() {
    String waits = partition.arrive("phone");
    partition.settle();
    Phone phone = partition.connect("phone", 10);
    Heard heard = replay(phone, ALL);

    partition.until(() -> !heard.ends.isEmpty());
    assertThat(phone.ids()).containsExactly(waits, waits);
    assertThat(phone.cursors()).containsExactly("c1");
    phone.confirm(phone.pushes().getFirst());
    partition.until(() -> partition.receipt(waits).getOutcome() == Outcome.DELIVERED);
  }
}
