package dev.tidings.infra.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private long now = 1_000 * SECOND;
  private final Ledger ledger = new Ledger(7, 2, () -> now);

  @Test
  void what_was_accepted_and_confirmed_is_owed_no_more() {
    String id = accepted(0);
    assertThat(ledger.owedIds()).containsExactly(id);

    deliver(0, id);

    assertThat(ledger.owedIds()).isEmpty();
    assertThat(ledger.tally().confirmed()).isEqualTo(1);
    assertThat(ledger.tally().isClean()).isTrue();
  }

  @Test
  void what_arrived_and_was_not_confirmed_is_owed() {
    String id = accepted(0);
    ledger.arrived(0, id);

    assertThat(ledger.owed(0)).isEqualTo(1);
    assertThat(ledger.owed(1)).isZero();
  }

  @Test
  void what_was_refused_or_has_no_answer_is_not_owed_but_may_arrive() {
    String refused = ledger.sending(0);
    ledger.answered(refused, Answer.REFUSED);
    String unknown = ledger.sending(0);
    ledger.answered(unknown, Answer.UNKNOWN);
    deliver(0, unknown);

    Tally tally = ledger.tally();
    assertThat(ledger.owedIds()).isEmpty();
    assertThat(List.of(tally.sent(), tally.accepted(), tally.refused(), tally.unknown()))
        .containsExactly(2, 0, 1, 1);
    assertThat(tally.arrivedAnyway()).isEqualTo(1);
  }

  @Test
  void every_arrival_after_the_first_is_a_repetition() {
    String id = accepted(0);
    deliver(0, id);
    deliver(0, id);
    deliver(0, id);

    assertThat(ledger.tally().duplicated()).isEqualTo(2);
    assertThat(ledger.tally().confirmed()).isEqualTo(1);
  }

  @Test
  void first_arrivals_behind_one_accepted_later_are_out_of_order_and_repetitions_are_not() {
    String first = accepted(0);
    String second = accepted(0);
    String third = accepted(0);
    deliver(0, second);
    deliver(0, first);
    deliver(0, third);
    deliver(0, first);

    assertThat(ledger.tally().outOfOrder()).isEqualTo(1);
    assertThat(ledger.tally().isClean()).isFalse();
  }

  @Test
  void the_place_of_one_without_an_answer_is_not_known_so_it_breaks_no_order() {
    String unknown = ledger.sending(0);
    ledger.answered(unknown, Answer.UNKNOWN);
    String later = accepted(0);
    deliver(0, later);
    deliver(0, unknown);

    assertThat(ledger.tally().outOfOrder()).isZero();
  }

  @Test
  void what_arrives_before_the_provider_has_its_answer_counts_like_any_other() {
    String id = ledger.sending(0);
    deliver(0, id);
    ledger.answered(id, Answer.ACCEPTED);

    assertThat(ledger.tally().confirmed()).isEqualTo(1);
    assertThat(ledger.owedIds()).isEmpty();
  }

  @Test
  void what_arrives_at_another_device_or_was_never_sent_is_a_stray() {
    String id = accepted(0);
    ledger.arrived(1, id);
    ledger.arrived(1, new UUID(8, 0).toString());

    assertThat(ledger.tally().strays()).isEqualTo(2);
    assertThat(ledger.tally().isClean()).isFalse();
  }

  @Test
  void a_device_is_served_when_it_has_confirmed_something_new_and_owes_nothing_old() {
    String old = accepted(0);
    now += SECOND;
    long since = now;
    assertThat(served(since)).isFalse();

    deliver(0, accepted(0));
    assertThat(served(since)).as("an old one is missing").isTrue();
    now += 2 * SECOND;
    assertThat(served(since)).isFalse();
    deliver(0, old);
    assertThat(served(since)).isTrue();
  }

  @Test
  void a_span_has_what_was_sent_in_it_and_how_long_that_took() {
    deliver(0, accepted(0));
    now += 10 * SECOND;
    long from = now;
    String id = accepted(1);
    now += 3 * SECOND;
    deliver(1, id);
    deliver(1, id);

    Ledger.Span span = ledger.span(from, now + 1);
    assertThat(span.sent()).isEqualTo(1);
    assertThat(span.accepted()).isEqualTo(1);
    assertThat(span.repeated()).isEqualTo(1);
    assertThat(span.p99()).contains(Duration.ofSeconds(3));
    assertThat(ledger.span(now + 1, now + 2).p99()).isEmpty();
  }

  @Test
  void what_a_receipt_accounts_for_is_not_lost() {
    accepted(0);
    Tally tally = ledger.tally();

    assertThat(tally.with(Map.of("pending", 1), List.of()).isClean()).isTrue();
    assertThat(tally.with(Map.of(), List.of("an id")).isClean()).isFalse();
    assertThat(tally.with(Map.of("pending", 1), List.of()).toString())
        .containsPattern("pending +1")
        .containsPattern("lost +0");
  }

  private boolean served(long since) {
    return ledger.isServed(0, since, Duration.ofSeconds(1).plusMillis(500));
  }

  private String accepted(int device) {
    String id = ledger.sending(device);
    ledger.answered(id, Answer.ACCEPTED);
    return id;
  }

  private void deliver(int device, String id) {
    ledger.arrived(device, id);
    ledger.confirmed(device, id);
  }
}
