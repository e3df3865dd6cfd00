package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What providers take back: what waits is not sent, and who was sent it is told.
 *
 * <p>Shows G143 of docs/guarantees.md.
 */
class WithdrawalTopologyTest {
  private static final String TOKEN = "token";

  @TempDir Path directory;
  private FakeLog log;
  private PartitionHarness harness;

  @BeforeEach
  void start() {
    log = new FakeLog();
    harness = over(PartitionHarness.RULES);
  }

  @AfterEach
  void stop() {
    harness.close();
    log.close();
  }

  private PartitionHarness over(DeliveryRules rules) {
    return new PartitionHarness(directory, log, rules, PartitionHarness.NEVER, false, Set.of());
  }

  private void restart() {
    harness.close();
    harness = over(PartitionHarness.RULES);
  }

  /** As ingest-api says it of what had gone on to the device. */
  private String withdraw(String device, String id) {
    return withdraw(device, id, true);
  }

  private String withdraw(String device, String id, @Nullable Boolean sent) {
    return harness.arrive(
        device,
        delivery ->
            delivery
                .setId(WithdrawalId.of(id))
                .setSent(sent)
                .setSteps(List.of(new Step(StepName.ACCEPTED, harness.now(), "ingest", null))));
  }

  private @Nullable Outcome outcome(String id) {
    @Nullable Receipt receipt = harness.receipt(id);
    return receipt == null ? null : receipt.getOutcome();
  }

  private List<StepName> steps(String id) {
    return harness.receipt(id).getSteps().stream().map(Step::getName).toList();
  }

  /** What the log says of telling the device; null while it says nothing. */
  private @Nullable String told(String id) {
    @Nullable Receipt last = lastTold(id);
    return last == null ? null : last.getSteps().getLast().getWhy();
  }

  private @Nullable Receipt lastTold(String id) {
    byte[] key = ReceiptKey.ofReport(id, TOKEN, StepName.WITHDRAWN);
    return harness.written().stream()
        .filter(record -> record.topic().equals(LogTopics.RECEIPTS.name()))
        .filter(record -> Arrays.equals(record.key(), key))
        .map(record -> new AvroDeserializer<>(log.registry(), Receipt.class).read(record.value()))
        .reduce((before, after) -> after)
        .orElse(null);
  }

  @Test
  void
      what_waits_in_the_inbox_of_a_device_that_is_away_is_not_sent_and_neither_is_its_withdrawal() {
    String id = harness.arrive("away");
    String other = harness.arrive("away");
    harness.until(() -> harness.low() == 2);

    withdraw("away", id);

    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 3);
    assertThat(steps(id)).containsExactly(StepName.ACCEPTED, StepName.PARKED, StepName.WITHDRAWN);
    assertThat(told(id)).isNull();
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(other)));
    harness.settle();
    assertThat(phone.ids()).containsExactly(other);
  }

  @Test
  void what_comes_with_its_withdrawal_behind_it_is_not_sent_though_it_is_on_its_way_to_the_inbox() {
    harness.hold(record -> record.topic().equals(LogTopics.INBOX.name()));
    String id = harness.arrive("away");
    withdraw("away", id);
    harness.letGo();

    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 2);
    Phone phone = harness.connect("away", 10);
    harness.settle();
    assertThat(phone.ids()).isEmpty();
    assertThat(told(id)).isNull();
  }

  @Test
  void what_waits_for_the_credit_of_a_connected_device_is_not_sent() {
    Phone phone = harness.connect("phone", 1);
    String sent = harness.arrive("phone");
    String waits = harness.arrive("phone");
    String later = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(sent)));

    withdraw("phone", waits);

    harness.until(() -> outcome(waits) == Outcome.WITHDRAWN);
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> phone.ids().equals(List.of(sent, later)));
    phone.confirm(phone.pushes().getLast());
    harness.until(() -> harness.low() == 4);
    assertThat(phone.ids()).containsExactly(sent, later);
    assertThat(outcome(waits)).isEqualTo(Outcome.WITHDRAWN);
    assertThat(told(waits)).isNull();
  }

  @Test
  void who_has_confirmed_it_is_told_and_the_log_says_when_that_is_confirmed() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(id) == Outcome.DELIVERED);

    String withdrawal = withdraw("phone", id);

    harness.until(() -> phone.ids().equals(List.of(id, withdrawal)) && harness.low() == 1);
    phone.confirm(phone.pushes().getLast());
    harness.until(() -> harness.low() == 2);
    assertThat(outcome(id)).isEqualTo(Outcome.DELIVERED);
    assertThat(told(id)).isEqualTo("told to the device, which has confirmed it");
    assertThat(harness.receipt(withdrawal)).isNull();
  }

  @Test
  void who_has_confirmed_it_and_gone_is_told_when_it_comes_back_also_by_another_node() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(id) == Outcome.DELIVERED);
    phone.session().detached();

    String withdrawal = withdraw("phone", id);
    harness.until(() -> harness.low() == 2);
    assertThat(told(id)).startsWith("waits to be told to the device");
    restart();

    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(withdrawal)));
    back.confirm(back.pushes().getLast());
    harness.until(() -> "told to the device, which has confirmed it".equals(told(id)));
  }

  @Test
  void what_is_in_flight_is_taken_back_behind_it_and_counts_as_delivered_if_it_is_confirmed() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));

    String withdrawal = withdraw("phone", id);

    harness.until(() -> phone.ids().equals(List.of(id, withdrawal)));
    harness.until(() -> outcome(id) == Outcome.WITHDRAWN);
    assertThat(steps(id)).containsExactly(StepName.ACCEPTED, StepName.PUSHED, StepName.WITHDRAWN);
    phone.confirm(phone.pushes().get(0));
    phone.confirm(phone.pushes().get(1));
    harness.until(() -> harness.low() == 2 && outcome(id) == Outcome.DELIVERED);
  }

  @Test
  void what_was_in_flight_when_the_device_went_is_not_sent_again_and_the_withdrawal_is() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    String withdrawal = withdraw("phone", id);
    harness.until(() -> phone.ids().equals(List.of(id, withdrawal)));

    phone.session().detached();
    harness.until(() -> harness.low() == 2);

    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(withdrawal)));
    assertThat(outcome(id)).isEqualTo(Outcome.WITHDRAWN);
  }

  @Test
  void what_was_sent_and_not_confirmed_and_is_parked_is_told_to_the_device() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.session().detached();
    harness.until(() -> harness.low() == 1);

    String withdrawal = withdraw("phone", id);
    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 2);

    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(withdrawal)));
  }

  @Test
  void a_second_withdrawal_of_what_was_never_sent_tells_nobody() {
    String id = harness.arrive("away");
    withdraw("away", id);
    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 2);

    withdraw("away", id);
    harness.until(() -> harness.low() == 3);

    Phone phone = harness.connect("away", 10);
    harness.settle();
    assertThat(phone.ids()).isEmpty();
  }

  @Test
  void a_second_withdrawal_takes_the_place_of_one_that_waits_for_the_device() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(id) == Outcome.DELIVERED);
    phone.session().detached();

    String withdrawal = withdraw("phone", id);
    withdraw("phone", id);
    withdraw("phone", id);
    harness.until(() -> harness.low() == 4);

    harness.until(() -> harness.partition().parkedCount() == 1);
    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(withdrawal)));
    harness.settle();
    assertThat(back.ids()).hasSize(1);
  }

  @Test
  void what_nobody_knows_is_told_to_nobody_unless_ingest_has_seen_it_on_its_way() {
    Phone phone = harness.connect("phone", 10);
    withdraw("phone", "11111111-2222-3333-4444-555555555555", null);
    harness.until(() -> harness.low() == 1);
    assertThat(phone.ids()).isEmpty();

    String known = withdraw("phone", "11111111-2222-3333-4444-666666666666", true);

    harness.until(() -> phone.ids().equals(List.of(known)));
  }

  @Test
  void what_a_producer_takes_back_is_told_if_the_node_has_read_it_a_short_while_ago() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(id) == Outcome.DELIVERED);

    String withdrawal = withdraw("phone", id, null);

    harness.until(() -> phone.ids().equals(List.of(id, withdrawal)));
  }

  @Test
  void what_expired_before_it_was_sent_is_not_told() {
    String id = harness.arrive("away", harness.now() + 1_500);
    harness.until(() -> harness.low() == 1);
    harness.advance(Duration.ofSeconds(3));
    harness.until(() -> outcome(id) == Outcome.EXPIRED);

    withdraw("away", id);
    harness.until(() -> harness.low() == 2);

    Phone phone = harness.connect("away", 10);
    harness.settle();
    assertThat(phone.ids()).isEmpty();
    assertThat(outcome(id)).isEqualTo(Outcome.EXPIRED);
  }

  @Test
  void what_is_repeated_behind_its_withdrawal_stays_withdrawn() {
    String id = harness.arrive("away");
    withdraw("away", id);
    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 2);

    harness.arrive("away", delivery -> delivery.setId(id));
    harness.until(() -> harness.low() == 3);

    Phone phone = harness.connect("away", 10);
    harness.settle();
    assertThat(phone.ids()).isEmpty();
  }

  @Test
  void the_same_id_for_another_token_stays() {
    String id = harness.arrive("away");
    harness.arrive("away", delivery -> delivery.setId(id).setToken("another"));
    withdraw("away", id);
    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 3);

    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(id)));
  }

  @Test
  void it_does_not_replace_what_is_new_where_an_app_keeps_only_the_latest() {
    Phone phone = harness.connect("phone", 10);
    String first =
        harness.arrive("phone", delivery -> delivery.setApp(InboxRulesTopologyTest.LATEST_ONLY));
    harness.until(() -> phone.ids().equals(List.of(first)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(first) == Outcome.DELIVERED);
    phone.session().detached();
    String next =
        harness.arrive("phone", delivery -> delivery.setApp(InboxRulesTopologyTest.LATEST_ONLY));

    String withdrawal =
        harness.arrive(
            "phone",
            delivery ->
                delivery
                    .setApp(InboxRulesTopologyTest.LATEST_ONLY)
                    .setId(WithdrawalId.of(first))
                    .setSent(true));
    harness.until(() -> harness.low() == 3);

    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(next, withdrawal)));
  }

  @Test
  void it_is_found_in_a_large_inbox_and_many_are_found_at_once() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      ids.add(harness.arrive("away"));
    }
    harness.until(() -> harness.low() == 600);

    ids.stream().filter(id -> !id.equals(ids.getLast())).forEach(id -> withdraw("away", id));

    harness.until(() -> harness.low() == 1199);
    harness.until(() -> harness.partition().parkedCount() == 1);
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(ids.getLast())));
  }

  /** Otherwise it may be confirmed and committed while whoever takes over sends that once more. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_device_is_not_told_before_the_end_of_what_it_was_sent_is_in_the_log(boolean parked) {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    Phone back = parked ? comesBack(phone, id) : phone;
    harness.hold(record ->
        parked
            ? record.topic().equals(LogTopics.INBOX.name()) && record.value() == null
            : record.topic().equals(LogTopics.RECEIPTS.name()));
    String withdrawal = withdraw("phone", id);
    harness.until(harness::isHolding);
    harness.pause();
    harness.settle();
    assertThat(back.ids()).containsExactly(id);
    assertThat(harness.low()).isEqualTo(parked ? 1 : 0);

    harness.letGo();

    harness.until(() -> back.ids().equals(List.of(id, withdrawal)));
    back.confirm(back.pushes().getLast());
    harness.until(() -> harness.low() == 2);
  }

  /** MQTT 5, section 3.3.1.1: DUP is of what is sent again, and clients may drop it. */
  @Test
  void what_later_ones_have_passed_while_it_was_sought_is_no_repetition() {
    String parked = harness.arrive("phone", delivery -> delivery.setApp("com.example.other"));
    harness.until(() -> harness.low() == 1);
    Phone phone = harness.connect("phone", 10, "tidings/com.example/#");
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(id) == Outcome.DELIVERED);
    harness.failReads(1);
    String withdrawal = withdraw("phone", id);
    String later = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id, later)));

    harness.until(() -> phone.ids().size() == 3);
    assertThat(phone.ids()).containsExactly(id, later, withdrawal).doesNotContain(parked);
    assertThat(phone.pushes()).noneMatch(Phone.Push::duplicate);
  }

  /** It is parked meanwhile, and sent from there. */
  private Phone comesBack(Phone phone, String id) {
    phone.session().detached();
    harness.until(() -> harness.low() == 1);
    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(id)));
    return back;
  }

  /** It could not be read, and is to be read again. */
  @Test
  void a_search_that_takes_too_long_in_doubt_parks_and_ends_nothing() {
    harness.arrive("away");
    harness.until(() -> harness.low() == 1);
    harness.failReads(1);
    withdraw("away", "11111111-2222-3333-4444-555555555555", null);
    harness.settle();
    harness.partition().doubt(true);
    harness.settle();
    int before = harness.written().size();

    harness.advance(Duration.ofSeconds(6));
    for (int i = 0; i < 60; i++) {
      harness.pause();
    }
    harness.settle();
    assertThat(harness.written()).hasSize(before);
    assertThat(harness.low()).isEqualTo(1);

    harness.partition().doubt(false);
    harness.until(() -> harness.low() == 2);
  }

  /** The hosts' clocks differ: the one before had it in its window. */
  @Test
  void
      what_the_node_before_may_have_sent_is_told_though_it_was_resolved_by_a_clock_that_is_ahead() {
    Phone phone = harness.connect("phone", 10);
    String id =
        harness.arrive(
            "phone",
            delivery ->
                delivery.setSteps(
                    List.of(
                        new Step(StepName.ACCEPTED, harness.now(), "ingest", null),
                        new Step(StepName.RESOLVED, harness.now() + 2_000, "streams", null))));
    harness.until(() -> phone.ids().equals(List.of(id)));
    restart();
    harness.feedDeliveries();
    harness.until(() -> harness.low() == 1);

    String withdrawal = withdraw("phone", id);
    harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == 2);

    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().equals(List.of(withdrawal)));
  }

  /** Whoever had the partition before may have a clock that is ahead. */
  @Test
  void what_was_in_the_log_at_the_take_over_may_have_been_sent_and_what_came_later_was_not() {
    harness.partition().entries().endedAt(1);
    for (int i = 0; i < 2; i++) {
      String id =
          harness.arrive(
              "away",
              delivery ->
                  delivery.setSteps(
                      List.of(new Step(StepName.RESOLVED, harness.now() + 2_000, "s", null))));
      withdraw("away", id);
      long all = 2L * (i + 1);
      harness.until(() -> outcome(id) == Outcome.WITHDRAWN && harness.low() == all);
      if (i == 0) {
        assertThat(told(id)).startsWith("waits to be told to the device");
      } else {
        assertThat(told(id)).isNull();
      }
    }
  }

  @Test
  void what_is_not_found_in_time_ends_when_it_is_found_and_the_device_is_told_in_doubt() {
    String id = harness.arrive("away");
    harness.until(() -> harness.low() == 1);
    harness.failReads(Integer.MAX_VALUE);
    String withdrawal = withdraw("away", id);
    harness.settle();
    harness.advance(Duration.ofSeconds(6));
    harness.until(() -> harness.low() == 2);
    assertThat(told(id)).startsWith("waits to be told to the device");
    assertThat(outcome(id)).isEqualTo(Outcome.PENDING);

    harness.failReads(0);

    harness.until(() -> outcome(id) == Outcome.WITHDRAWN);
    harness.until(() -> harness.partition().parkedCount() == 1);
    Phone phone = harness.connect("away", 10);
    harness.until(() -> phone.ids().equals(List.of(withdrawal)));
  }

  /** Its record is nowhere any more. */
  @Test
  void a_withdrawal_that_is_looked_for_when_the_log_is_made_anew_waits_for_the_device() {
    String id = harness.arrive("away");
    harness.until(() -> harness.low() == 1);
    harness.failReads(Integer.MAX_VALUE);
    withdraw("away", id);
    harness.settle();
    assertThat(told(id)).isNull();

    harness.begins(new Life(1, new Uuid(1, 1), 0));

    harness.until(() -> told(id) != null);
    assertThat(told(id)).startsWith("waits to be told to the device");
  }

  /** So that the trace can tell the last word from one that a replaced node says late. */
  @Test
  void that_it_waits_is_pending_and_begins_as_that_it_was_told() {
    Phone phone = harness.connect("phone", 10);
    String id = harness.arrive("phone");
    harness.until(() -> phone.ids().equals(List.of(id)));
    phone.confirm(phone.pushes().getFirst());
    harness.until(() -> outcome(id) == Outcome.DELIVERED);
    phone.session().detached();
    withdraw("phone", id);
    harness.until(() -> told(id) != null);
    Receipt waits = lastTold(id);
    Phone back = harness.connect("phone", 10);
    harness.until(() -> back.ids().size() == 1);
    back.confirm(back.pushes().getLast());
    harness.until(() -> "told to the device, which has confirmed it".equals(told(id)));
    Receipt told = lastTold(id);

    assertThat(waits.getOutcome()).isEqualTo(Outcome.PENDING);
    assertThat(told.getOutcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(waits.getSteps().getFirst()).isEqualTo(told.getSteps().getFirst());
    assertThat(told.getSteps()).hasSize(2);
  }

  /** Otherwise whoever takes over would read the notification again, and not what takes it back. */
  @Test
  void its_offset_does_not_move_before_the_end_of_what_it_takes_back_is_in_the_log() {
    String id = harness.arrive("away");
    harness.until(() -> harness.low() == 1);
    harness.hold(record -> record.topic().equals(LogTopics.RECEIPTS.name()));

    withdraw("away", id);
    harness.settle();
    harness.pause();
    harness.settle();
    assertThat(harness.low()).isEqualTo(1);

    harness.letGo();
    harness.until(() -> harness.low() == 2);
    assertThat(outcome(id)).isEqualTo(Outcome.WITHDRAWN);
  }
}
