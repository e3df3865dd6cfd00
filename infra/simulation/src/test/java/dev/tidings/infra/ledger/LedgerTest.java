package dev.tidings.infra.ledger;

import static dev.tidings.infra.ledger.Books.FIRST;
import static dev.tidings.infra.ledger.Books.OTHER_DEVICE;
import static dev.tidings.infra.ledger.Books.SAME_DEVICE;
import static dev.tidings.infra.ledger.Books.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the provider was told, what arrived, and the tokens. */
class LedgerTest {
  private final Books books = new Books();
  private final Ledger ledger = books.ledger;

  @Test
  void what_was_accepted_and_confirmed_is_owed_no_more() {
    String id = books.accepted(FIRST);
    assertThat(ledger.owed(0)).isEqualTo(1);
    assertThat(ledger.owed(1)).isZero();

    ledger.arrived(FIRST, id);
    assertThat(ledger.owed(0)).as("arrived, not confirmed").isEqualTo(1);
    ledger.confirmed(FIRST, id);

    assertThat(ledger.owed(0)).isZero();
  }

  @Test
  void what_something_else_may_end_is_not_waited_for() {
    books.accepted(FIRST, Books.expiring(1));
    books.accepted(FIRST, Books.collapsing("score"));
    books.accepted(FIRST);
    ledger.unregistering(FIRST);

    assertThat(ledger.owed(0)).isZero();
  }

  @Test
  void what_was_refused_or_has_no_answer_is_not_owed_but_may_arrive() {
    books.sent(FIRST, Terms.PLAIN, ProviderAnswer.REFUSED);
    String unknown = books.sent(FIRST, Terms.PLAIN, ProviderAnswer.UNKNOWN);
    books.deliver(FIRST, unknown);

    Tally tally = books.tally();
    assertThat(ledger.owed(0)).isZero();
    assertThat(List.of(tally.sent(), tally.accepted(), tally.refused(), tally.unknown()))
        .containsExactly(2, 0, 1, 1);
    assertThat(tally.arrivedAnyway()).isEqualTo(1);
    assertThat(tally.isClean()).isTrue();
  }

  @Test
  void what_was_refused_after_an_attempt_without_an_answer_may_have_been_taken() {
    books.sent(FIRST, Terms.PLAIN, ProviderAnswer.UNKNOWN, ProviderAnswer.REFUSED);
    books.sent(FIRST, Terms.PLAIN, ProviderAnswer.UNKNOWN, ProviderAnswer.ACCEPTED);

    Tally tally = books.tally();
    assertThat(List.of(tally.accepted(), tally.refused(), tally.unknown()))
        .containsExactly(1, 0, 1);
    assertThat(ledger.owed(0)).isEqualTo(1);
  }

  @Test
  void every_arrival_after_the_first_is_a_repetition() {
    String id = books.accepted(FIRST);
    books.deliver(FIRST, id);
    books.deliver(FIRST, id);
    books.deliver(FIRST, id);

    assertThat(books.tally().duplicated()).isEqualTo(2);
    assertThat(books.tally().confirmed()).isEqualTo(1);
    assertThat(books.tally().isClean()).isTrue();
  }

  @Test
  void one_id_may_be_for_two_apps_of_a_device_and_each_has_its_own_account() {
    ledger.sending(FIRST, Books.TOKEN, "shared", Terms.PLAIN);
    ledger.answered(FIRST, "shared", ProviderAnswer.ACCEPTED);
    ledger.sending(SAME_DEVICE, Books.token(SAME_DEVICE), "shared", Terms.PLAIN);
    ledger.answered(SAME_DEVICE, "shared", ProviderAnswer.ACCEPTED);
    books.deliver(FIRST, "shared");

    assertThat(ledger.owed(0)).isEqualTo(1);
    assertThat(books.wrong()).containsExactly(Finding.Kind.LOST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ledger.sending(FIRST, Books.TOKEN, "shared", Terms.PLAIN));
  }

  @Test
  void first_arrivals_behind_one_accepted_later_are_out_of_order_and_repetitions_are_not() {
    String first = books.accepted(FIRST);
    String second = books.accepted(FIRST);
    String third = books.accepted(FIRST);
    books.deliver(FIRST, second);
    books.deliver(FIRST, first);
    books.deliver(FIRST, third);
    books.deliver(FIRST, first);

    assertThat(books.wrong()).containsExactly(Finding.Kind.OUT_OF_ORDER);
    assertThat(books.tally().findings().getFirst().what()).contains(first, second);
  }

  @Test
  void each_lane_and_token_has_an_order_of_its_own() {
    String first = books.accepted(FIRST, Books.lane(0));
    String forwarded = books.accepted(FIRST, Books.lane(1));
    String any = books.accepted(FIRST, Books.lane(Terms.ANY_ORDER));
    String last = books.accepted(FIRST, Books.lane(0));
    List.of(last, any, first, forwarded).forEach(id -> books.deliver(FIRST, id));
    String other = books.accepted(SAME_DEVICE);
    books.deliver(SAME_DEVICE, other);

    assertThat(books.wrong()).containsExactly(Finding.Kind.OUT_OF_ORDER);
  }

  @Test
  void the_place_of_one_without_an_answer_is_not_known_so_it_breaks_no_order() {
    String unknown = books.sent(FIRST, Terms.PLAIN, ProviderAnswer.UNKNOWN);
    books.deliver(FIRST, books.accepted(FIRST));
    books.deliver(FIRST, unknown);

    assertThat(books.wrong()).isEmpty();
  }

  @Test
  void what_arrives_before_the_provider_has_its_answer_counts_like_any_other() {
    String id = books.sent(FIRST, Terms.PLAIN);
    books.deliver(FIRST, id);
    ledger.answered(FIRST, id, ProviderAnswer.ACCEPTED);

    assertThat(books.tally().confirmed()).isEqualTo(1);
    assertThat(ledger.owed(0)).isZero();
  }

  @Test
  void what_arrives_at_another_device_or_app_or_was_never_sent_is_a_stray() {
    String id = books.accepted(FIRST);
    books.deliver(FIRST, id);
    ledger.arrived(OTHER_DEVICE, id);
    ledger.arrived(SAME_DEVICE, id);
    ledger.arrived(FIRST, "never sent");
    ledger.strayed(1, "tidings/com.example.other/1");

    assertThat(books.wrong()).hasSize(4).containsOnly(Finding.Kind.STRAY);
  }

  @Test
  void a_device_is_served_when_it_has_confirmed_something_new_and_owes_nothing_old() {
    String old = books.accepted(SAME_DEVICE);
    books.pass(SECOND);
    long since = books.now();
    assertThat(served(since)).isFalse();

    books.deliver(FIRST, books.accepted(FIRST));
    assertThat(served(since)).as("an old one is missing").isTrue();
    books.pass(2 * SECOND);
    assertThat(served(since)).isFalse();
    books.deliver(SAME_DEVICE, old);
    assertThat(served(since)).isTrue();
  }

  @Test
  void a_span_has_what_was_sent_in_it_and_how_long_that_took() {
    books.deliver(FIRST, books.accepted(FIRST));
    books.pass(10 * SECOND);
    long from = books.now();
    String id = books.accepted(OTHER_DEVICE);
    books.pass(3 * SECOND);
    books.deliver(OTHER_DEVICE, id);
    books.deliver(OTHER_DEVICE, id);

    Ledger.Span span = ledger.span(from, books.now() + 1);
    assertThat(span.sent()).isEqualTo(1);
    assertThat(span.accepted()).isEqualTo(1);
    assertThat(span.repeated()).isEqualTo(1);
    assertThat(span.p99()).contains(Duration.ofSeconds(3));
    assertThat(ledger.span(books.now() + 1, books.now() + 2).p99()).isEmpty();
  }

  @Test
  void an_answer_that_the_token_is_gone_is_false_unless_its_device_gave_it_back() {
    books.sent(FIRST, Terms.PLAIN, ProviderAnswer.UNREGISTERED);
    ledger.unregistering(OTHER_DEVICE);
    books.sent(OTHER_DEVICE, Terms.PLAIN, ProviderAnswer.UNREGISTERED);

    assertThat(books.wrong()).containsExactly(Finding.Kind.FALSELY_UNREGISTERED);
    assertThat(books.tally().gone()).isEqualTo(2);
  }

  @Test
  void a_notification_that_is_called_invalid_is_a_finding() {
    books.sent(FIRST, Terms.PLAIN, ProviderAnswer.INVALID);

    assertThat(books.wrong()).containsExactly(Finding.Kind.CALLED_INVALID);
  }

  @Test
  void a_token_stays_until_it_is_given_back_and_then_never_comes_again() {
    ledger.registered(FIRST, Books.TOKEN);
    ledger.unregistering(FIRST);
    ledger.unregistered(FIRST);
    ledger.registered(FIRST, "second");
    assertThat(books.wrong()).isEmpty();
    assertThat(books.tally().revokedTokens()).isEqualTo(1);

    ledger.registered(FIRST, Books.TOKEN);
    assertThat(books.wrong()).containsExactly(Finding.Kind.TOKEN);
    ledger.registered(OTHER_DEVICE, "another, unasked for");
    ledger.registered(SAME_DEVICE, "second");
    assertThat(books.tally().findings(Finding.Kind.TOKEN)).hasSize(4);
  }

  @Test
  void what_was_sent_to_a_token_that_had_been_revoked_does_not_arrive() {
    String before = books.accepted(FIRST);
    books.pass(SECOND);
    ledger.unregistering(FIRST);
    ledger.unregistered(FIRST);
    books.pass(SECOND);
    String after = books.accepted(FIRST);
    books.deliver(FIRST, before);
    books.deliver(FIRST, after);

    assertThat(books.wrong()).containsExactly(Finding.Kind.REVOKED);
    assertThat(books.tally().findings().getFirst().what()).contains(after);
  }

  private boolean served(long since) {
    return ledger.isServed(0, since, Duration.ofSeconds(1).plusMillis(500));
  }
}
