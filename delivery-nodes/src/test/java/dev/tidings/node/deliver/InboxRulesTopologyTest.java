package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.CloseReason;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an inbox does not keep, and how it accounts for it.
 *
 * <p>Shows G21, G26, G27, G28, G29, G30, G37, G67 and G120 of docs/guarantees.md.
 */
class InboxRulesTopologyTest {
  static final String LATEST_ONLY = "com.example.latest";

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

  private Outcome outcome(String id) {
    return harness.receipt(id) == null ? null : harness.receipt(id).getOutcome();
  }

  private long tombstones() {
    return harness.written().stream()
        .filter(record -> record.topic().equals(LogTopics.INBOX.name()))
        .filter(record -> record.value() == null)
        .count();
  }

  private void restart(DeliveryRules rules, Set<String> revoked) {
    FakeLog log = new FakeLog();
    harness.close();
    harness = new PartitionHarness(directory, log, rules, PartitionHarness.NEVER, true, revoked);
  }

  @Test
  void a_parked_entry_expires_while_its_device_is_away() {
    String brief = harness.arrive("away", harness.now() + 1_500);
    String lasting = harness.arrive("away", harness.now() + 60_000);
    String endless = harness.arrive("away");
    harness.until(() -> harness.low() == 3);
    assertThat(outcome(brief)).isEqualTo(Outcome.PENDING);

    harness.advance(Duration.ofSeconds(3));

    harness.until(() -> outcome(brief) == Outcome.EXPIRED);
    harness.settle();
    assertThat(outcome(lasting)).isEqualTo(Outcome.PENDING);
    assertThat(outcome(endless)).isEqualTo(Outcome.PENDING);
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(lasting, endless)));
  }

  /** A batch is read as soon as the last one has ended: no tick of the partition is waited for. */
  @Test
  void a_campaign_that_is_over_all_at_once_ends_as_fast_as_it_can_be_written() {
    DeliveryRules rules = PartitionHarness.RULES;
    restart(
        new DeliveryRules(
            rules.parkAfter(),
            Duration.ofDays(1),
            10_000,
            1 << 30,
            rules.duplicateWindow(),
            rules.maxClosesPerSecond()),
        Set.of());
    long end = harness.now() + 60_000;
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      ids.add(harness.arrive("away", end));
    }
    harness.until(() -> parked(ids) == 1_000);
    harness.settle();

    harness.advance(Duration.ofMinutes(2));
    harness.arrive("away");

    harness.until(() -> parked(ids) == 0);
    assertThat(ids).allMatch(id -> outcome(id) == Outcome.EXPIRED);
  }

  @Test
  void what_expires_in_flight_is_left_to_the_device() {
    String id = harness.arrive("phone", harness.now() + 1_500);
    harness.until(() -> harness.low() == 1);
    Phone phone = harness.connect("phone", 10);
    harness.until(() -> phone.ids().equals(List.of(id)));
    harness.advance(Duration.ofSeconds(3));
    harness.settle();

    phone.confirm(phone.pushes().getFirst());

    harness.until(() -> outcome(id) == Outcome.DELIVERED);
    harness.advance(PartitionHarness.PARK_AFTER.multipliedBy(3));
    harness.settle();
    assertThat(outcome(id)).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void what_expires_in_flight_and_is_not_confirmed_expires_after_all() {
    String id = harness.arrive("phone", harness.now() + 1_500);
    harness.until(() -> harness.low() == 1);
    Phone phone = harness.connect("phone", 10);
    harness.until(() -> phone.ids().equals(List.of(id)));
    harness.advance(Duration.ofSeconds(3));
    harness.settle();
    phone.session().detached();
    harness.settle();

    harness.advance(PartitionHarness.PARK_AFTER.multipliedBy(3));

    harness.until(() -> outcome(id) == Outcome.EXPIRED);
  }

  @Test
  void a_newer_one_with_its_collapse_id_replaces_a_parked_one() {
    String older = harness.arrive("away", delivery -> delivery.setCollapseId("score"));
    String other = harness.arrive("away", delivery -> delivery.setCollapseId("weather"));
    String none = harness.arrive("away");
    String newer = harness.arrive("away", delivery -> delivery.setCollapseId("score"));

    harness.until(() -> outcome(older) == Outcome.COLLAPSED);

    assertThat(harness.receipt(older).getSteps().getLast().getWhy()).contains("score");
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(other, none, newer)));
    harness.until(() -> harness.low() == 4);
  }

  @Test
  void a_newer_one_with_its_collapse_id_replaces_one_that_waits_for_credit() {
    Phone phone = harness.connect("phone", 1);
    String sent = harness.arrive("phone", delivery -> delivery.setCollapseId("score"));
    String replaced = harness.arrive("phone", delivery -> delivery.setCollapseId("score"));
    String newest = harness.arrive("phone", delivery -> delivery.setCollapseId("score"));
    harness.until(() -> phone.ids().equals(List.of(sent)));
    harness.until(() -> outcome(replaced) == Outcome.COLLAPSED);

    phone.confirm(phone.pushes().getFirst());

    harness.until(() -> phone.ids().equals(List.of(sent, newest)));
    phone.confirm(phone.pushes().get(1));
    harness.until(() -> harness.low() == 3);
    assertThat(outcome(sent)).isEqualTo(Outcome.DELIVERED);
    assertThat(outcome(newest)).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void collapse_ids_of_another_token_mean_something_else() {
    String one = harness.arrive("away", delivery -> delivery.setCollapseId("score"));
    String other =
        harness.arrive(
            "away",
            delivery -> {
              delivery.setCollapseId("score");
              delivery.setToken("another token");
            });
    harness.until(() -> harness.low() == 2);
    harness.settle();
    assertThat(outcome(one)).isEqualTo(Outcome.PENDING);
    assertThat(outcome(other)).isEqualTo(Outcome.PENDING);
  }

  @Test
  void of_an_app_that_keeps_the_latest_only_the_latest_is_kept() {
    String older = harness.arrive("away", delivery -> delivery.setApp(LATEST_ONLY));
    String newer = harness.arrive("away", delivery -> delivery.setApp(LATEST_ONLY));
    String other = harness.arrive("away");

    harness.until(() -> outcome(older) == Outcome.COLLAPSED);

    harness.until(() -> harness.low() == 3);
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(newer, other)));
  }

  @Test
  void one_full_mailbox_drops_its_oldest_one_at_a_time_each_with_a_receipt() {
    restart(rules(3, 1 << 20), Set.of());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ids.add(harness.arrive("away"));
    }
    harness.until(() -> ids.stream().filter(id -> outcome(id) == Outcome.EVICTED).count() == 5);
    harness.settle();
    assertThat(ids.subList(0, 5)).allMatch(id -> outcome(id) == Outcome.EVICTED);
    assertThat(harness.receipt(ids.getFirst()).getSteps().getLast().getWhy())
        .contains("full")
        .contains("<= 3");
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(ids.subList(5, 8)));
  }

  @Test
  void an_inbox_that_weighs_too_much_drops_its_oldest_and_keeps_the_last() {
    restart(rules(1_000, 3_000), Set.of());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(
          harness.arrive(
              "away", delivery -> delivery.setPayload(ByteBuffer.wrap(new byte[1_200]))));
    }
    harness.until(() -> ids.stream().filter(id -> outcome(id) == Outcome.EVICTED).count() == 2);
    harness.settle();
    assertThat(outcome(ids.get(2))).isEqualTo(Outcome.PENDING);

    String huge =
        harness.arrive("other", delivery -> delivery.setPayload(ByteBuffer.wrap(new byte[5_000])));

    harness.until(() -> harness.low() == 5);
    harness.settle();
    assertThat(outcome(huge)).isEqualTo(Outcome.PENDING);
  }

  @Test
  void an_inbox_that_is_overrun_is_brought_down_to_its_bounds() {
    restart(rules(1_000, 50_000), Set.of());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      ids.add(
          harness.arrive(
              "away", delivery -> delivery.setPayload(ByteBuffer.wrap(new byte[1_000]))));
    }
    // What is too much is read by another thread, which settling does not wait for.
    harness.until(() -> harness.low() == 400 && parked(ids) <= 50);
    harness.settle();
    long kept = parked(ids);
    assertThat(kept).isBetween(20L, 50L);
    assertThat(ids.subList(0, 400 - (int) kept)).allMatch(id -> outcome(id) == Outcome.EVICTED);
  }

  private long parked(List<String> ids) {
    return ids.stream().filter(id -> outcome(id) == Outcome.PENDING).count();
  }

  private static DeliveryRules rules(long maxParked, long maxParkedBytes) {
    DeliveryRules rules = PartitionHarness.RULES;
    return new DeliveryRules(
        rules.parkAfter(),
        rules.commitInterval(),
        maxParked,
        maxParkedBytes,
        rules.duplicateWindow(),
        rules.maxClosesPerSecond());
  }

  @Test
  void a_revoked_token_takes_along_what_waits_for_it() {
    String parked = harness.arrive("away");
    String other = harness.arrive("away", delivery -> delivery.setToken("another token"));
    harness.until(() -> harness.low() == 2);

    harness.revoke("token");
    harness.partition().purge(new DeviceId("away"));

    harness.until(() -> outcome(parked) == Outcome.UNREGISTERED);
    String late = harness.arrive("away");
    harness.until(() -> outcome(late) == Outcome.UNREGISTERED);
    harness.until(() -> harness.low() == 3);
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(other)));
  }

  @Test
  void what_waits_for_an_erased_token_has_ended_when_nothing_of_it_is_left() {
    DeviceId device = new DeviceId("away");
    String parked = harness.arrive("away");
    String other = harness.arrive("away", delivery -> delivery.setToken("another token"));
    harness.until(() -> harness.low() == 2);
    assertThat(harness.partition().end(device).join()).isEqualTo(new Partitions.Purge(0, false));

    harness.erase("token");
    assertThat(harness.partition().end(device).join()).isEqualTo(new Partitions.Purge(1, true));
    harness.until(() -> !harness.partition().end(device).join().isLeft());

    assertThat(outcome(parked)).isEqualTo(Outcome.UNREGISTERED);
    assertThat(harness.receipt(parked).getSteps().getLast().getWhy())
        .isEqualTo("erased with the device's data");
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(other)));
  }

  @Test
  void what_an_erased_device_was_sent_and_has_not_confirmed_ends_when_it_is_disconnected() {
    DeviceId device = new DeviceId("phone");
    Phone phone = harness.connect("phone", 1);
    String sent = harness.arrive("phone");
    String waits = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(sent)));

    harness.erase("token");
    assertThat(harness.partition().end(device).join().isLeft()).isTrue();
    assertThat(harness.partition().sessions().disconnect(device, CloseReason.ERASED).join())
        .isTrue();
    harness.until(() -> !harness.partition().end(device).join().isLeft());

    assertThat(phone.closeReason()).isEqualTo(CloseReason.ERASED);
    assertThat(outcome(sent)).isEqualTo(Outcome.UNREGISTERED);
    assertThat(outcome(waits)).isEqualTo(Outcome.UNREGISTERED);
    harness.until(() -> harness.low() == 2);
  }

  @Test
  void an_inbox_is_looked_through_once_at_a_time_however_often_its_device_gives_tokens_back() {
    String first = harness.arrive("away");
    for (int i = 1; i < 600; i++) {
      harness.arrive("away");
    }
    harness.settle();
    int before = harness.looked();
    // All at once, however busy the machine is: none comes when what the one before it began is
    // over.
    harness.atOnce(() -> {
      for (int i = 0; i < 50; i++) {
        harness.partition().purge(new DeviceId("away"));
      }
    });
    AtomicInteger last = new AtomicInteger(-1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .during(Duration.ofMillis(500))
        .until(() -> last.getAndSet(harness.looked()) == harness.looked());

    assertThat(harness.looked() - before).as("pages").isBetween(3, 2 * 3);

    harness.revoke("token");
    harness.partition().purge(new DeviceId("away"));
    harness.until(() -> outcome(first) == Outcome.UNREGISTERED);
  }

  @Test
  void what_was_revoked_before_a_takeover_ends_at_the_takeover() {
    try (FakeLog log = new FakeLog()) {
      String id;
      try (PartitionHarness first =
          new PartitionHarness(
              directory.resolve("first"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        id = first.arrive("away");
        first.until(() -> first.low() == 1);
      }
      try (PartitionHarness second =
          new PartitionHarness(
              directory.resolve("second"),
              log,
              PartitionHarness.RULES,
              PartitionHarness.NEVER,
              false,
              Set.of("token"))) {
        second.until(() -> log.receipt(id).getOutcome() == Outcome.UNREGISTERED);
      }
    }
  }

  @Test
  void a_repetition_of_the_same_notification_for_the_same_device_is_dropped() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    String again = harness.arrive("phone", delivery -> delivery.setId(id));
    String elsewhere = harness.arrive("other", delivery -> delivery.setId(id));
    String next = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id, next)));
    assertThat(again).isEqualTo(id).isEqualTo(elsewhere);
    phone.confirm(phone.pushes().get(0));
    phone.confirm(phone.pushes().get(1));
    harness.until(() -> harness.low() == 4);
    assertThat(harness.receipt(next).getOutcome()).isEqualTo(Outcome.DELIVERED);
    // The other device's is its own.
    assertThat(tombstones()).isEqualTo(1); // the fence
    Phone other = harness.connect("other", 10);
    harness.until(() -> other.ids().equals(List.of(id)));
  }

  @Test
  void one_id_for_two_tokens_of_a_device_is_two_notifications_each_with_its_trace() {
    try (FakeLog log = new FakeLog();
        PartitionHarness own =
            new PartitionHarness(
                directory.resolve("own"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
      Phone phone = own.connect("phone", 10);
      String id = own.arrive("phone", delivery -> delivery.setToken("news"));
      own.arrive("phone", delivery -> delivery.setId(id).setToken("mail"));
      own.until(() -> phone.ids().equals(List.of(id, id)));
      phone.confirm(phone.pushes().get(0));
      own.until(() -> own.low() == 1);
      assertThat(log.receipt(id, "news").getOutcome()).isEqualTo(Outcome.DELIVERED);
      assertThat(log.receipt(id, "mail")).isNull();

      phone.confirm(phone.pushes().get(1));
      own.until(() -> own.low() == 2);
      assertThat(log.receipt(id, "mail").getOutcome()).isEqualTo(Outcome.DELIVERED);
      assertThat(log.repetitions(id)).isEmpty();
    }
  }

  @Test
  void a_repetition_is_dropped_with_a_step_that_says_so_beside_the_receipt_of_the_first() {
    try (FakeLog log = new FakeLog();
        PartitionHarness own =
            new PartitionHarness(
                directory.resolve("own"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
      Phone phone = own.connect("phone", 10);
      String id = own.arrive("phone", delivery -> delivery.setToken("news"));
      own.until(() -> phone.ids().equals(List.of(id)));
      phone.confirm(phone.pushes().getFirst());
      own.until(() -> own.low() == 1);

      own.arrive("phone", delivery -> delivery.setId(id).setToken("news"));
      own.until(() -> own.low() == 2);

      assertThat(phone.ids()).containsExactly(id);
      assertThat(log.receipt(id, "news").getOutcome()).isEqualTo(Outcome.DELIVERED);
      Receipt repetition = log.repetitions(id).getFirst();
      assertThat(repetition.getOutcome()).isEqualTo(Outcome.REPEATED);
      Step last = repetition.getSteps().getLast();
      assertThat(last.getName()).isEqualTo(StepName.REPEATED);
      assertThat(last.getWhy()).contains("came before");
    }
  }

  @Test
  void a_repetition_is_recognised_across_a_takeover() {
    try (FakeLog log = new FakeLog()) {
      String id;
      try (PartitionHarness first =
          new PartitionHarness(
              directory.resolve("first"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        Phone phone = first.connect("phone", 10);
        id = first.arrive("phone");
        first.until(() -> phone.pushes().size() == 1);
        phone.confirm(phone.pushes().getFirst());
        first.until(() -> first.low() == 1);
      }
      try (PartitionHarness second =
          new PartitionHarness(
              directory.resolve("second"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        Phone phone = second.connect("phone", 10);
        second.feedDeliveries();
        second.arrive("phone", delivery -> delivery.setId(id));
        String next = second.arrive("phone");
        second.until(() -> phone.ids().equals(List.of(next)));
      }
    }
  }

  @Test
  void a_large_inbox_is_not_in_the_window_and_others_are_served_while_it_is_read() {
    restart(
        new DeliveryRules(
            PartitionHarness.PARK_AFTER, Duration.ofMillis(10), 100_000, 1L << 30, 64, 1_000),
        Set.of());
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      waiting.add(harness.arrive("away"));
      if (i % 500 == 0) {
        harness.settle();
      }
    }
    harness.until(() -> harness.low() == 5_000);
    assertThat(harness.partition().bytes()).isZero();
    Phone other = harness.connect("other", 10);

    Phone back = harness.connect("away", 16);
    List<String> forOther = new ArrayList<>();
    int confirmed = 0;
    while (confirmed < waiting.size()) {
      List<Phone.Push> shown = back.pushes();
      shown.subList(confirmed, shown.size()).forEach(back::confirm);
      if (confirmed / 1_000 < shown.size() / 1_000) {
        forOther.add(harness.arrive("other"));
        harness.pump();
        // It has its own at once, whatever waits behind the first page of the large one.
        assertThat(other.ids()).isEqualTo(forOther);
        other.confirm(other.pushes().getLast());
      }
      confirmed = shown.size();
      harness.pump();
      assertThat(harness.partition().bytes()).isLessThan(1_000);
    }

    assertThat(back.ids()).isEqualTo(waiting);
    assertThat(forOther).hasSizeGreaterThan(3);
  }

  @Test
  void all_that_is_due_ends_at_once_and_not_so_much_at_each_tick() {
    int many = 1_000;
    try (FakeLog log = new FakeLog()) {
      try (PartitionHarness before =
          new PartitionHarness(
              directory.resolve("before"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        for (int i = 0; i < many; i++) {
          before.arrive("away" + i % 7, before.now() + 1_000);
        }
        before.until(() -> before.low() == many);
        before.advance(Duration.ofSeconds(2));
      }
      // One tick comes at once, and the next one a quarter of an hour later.
      DeliveryRules rules =
          new DeliveryRules(
              PartitionHarness.PARK_AFTER,
              Duration.ofMillis(log.now().get() + 200),
              10_000,
              1 << 30,
              64,
              1_000);
      try (PartitionHarness owner =
          new PartitionHarness(directory.resolve("owner"), log, rules, PartitionHarness.NEVER)) {
        assertThat(owner.partition().parkedCount()).isEqualTo(many);
        owner.until(() -> owner.partition().parkedCount() == 0);
        assertThat(owner.partition().parkedBytes()).isZero();
      }
    }
  }
}
