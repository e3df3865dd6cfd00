package dev.tidings.infra.ledger;

import static dev.tidings.infra.ledger.Books.FIRST;
import static dev.tidings.infra.ledger.Books.OTHER_DEVICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.ledger.Finding.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the receipts say, held against what happened. */
class ReceiptCheckTest {
  private static final long EXPIRES_AT = 5_000;

  private final Books books = new Books();

  @Test
  void what_is_confirmed_and_has_a_receipt_that_says_so_is_in_order() {
    books.deliver(FIRST, books.accepted(FIRST));

    assertThat(books.tally().isClean()).isTrue();
    assertThat(books.tally().toString())
        .containsPattern("confirmed +1\n")
        .containsPattern("lost +0");
  }

  @Test
  void what_was_accepted_and_has_neither_confirmation_nor_receipt_is_lost() {
    String id = books.accepted(FIRST);

    assertThat(books.wrong()).containsExactly(Kind.LOST);
    assertThat(books.tally().findings().getFirst().what()).contains(id);
  }

  @Test
  void what_is_said_to_be_delivered_and_was_never_confirmed_is_lost() {
    String id = books.accepted(FIRST);
    books.ledger.arrived(FIRST, id);
    books.receipt(FIRST, id, "delivered", 0);

    assertThat(books.wrong()).containsExactly(Kind.LOST);
  }

  @Test
  void what_the_device_has_confirmed_has_to_have_a_receipt() {
    String id = books.accepted(FIRST);
    books.ledger.arrived(FIRST, id);
    books.ledger.confirmed(FIRST, id);
    assertThat(books.wrong()).containsExactly(Kind.NO_RECEIPT);

    books.receipt(FIRST, id, "pending", 0);
    assertThat(books.wrong()).containsExactly(Kind.NO_RECEIPT);
  }

  @Test
  void what_waits_for_a_device_that_is_away_is_in_order_and_for_one_that_is_there_it_is_not() {
    books.receipt(FIRST, books.accepted(FIRST), "pending", 0);
    books.receipt(OTHER_DEVICE, books.accepted(OTHER_DEVICE), "pending", 0);

    assertThat(books.tallyWithout(0, 1).isClean()).isTrue();
    assertThat(books.tallyWithout(0, 1).ended()).containsEntry("pending", 2);
    assertThat(books.tallyWithout(0).findings(Kind.LOST)).hasSize(1);
  }

  @Test
  void what_expires_does_so_when_its_time_has_come_and_not_before() {
    String late = books.accepted(FIRST, Books.expiring(EXPIRES_AT));
    books.receipt(FIRST, late, "expired", EXPIRES_AT);
    String atOnce = books.accepted(FIRST, Books.expiring(Terms.AT_ONCE));
    books.receipt(FIRST, atOnce, "expired", 1);
    assertThat(books.wrong()).isEmpty();

    books.receipt(FIRST, late, "expired", EXPIRES_AT - 1);
    books.receipt(FIRST, books.accepted(FIRST), "expired", EXPIRES_AT);
    assertThat(books.wrong()).containsExactly(Kind.FALSE_RECEIPT, Kind.FALSE_RECEIPT);
  }

  @Test
  void what_collapses_does_so_for_a_newer_one_of_its_token_and_collapse_id() {
    String old = books.accepted(FIRST, Books.collapsing("score"));
    books.receipt(FIRST, old, "collapsed", 0);
    String other = books.accepted(OTHER_DEVICE, Books.collapsing("score"));
    books.deliver(OTHER_DEVICE, other);
    books.deliver(FIRST, books.accepted(FIRST, Books.collapsing("other")));
    String refused = books.sent(FIRST, Books.collapsing("score"), ProviderAnswer.INVALID);
    assertThat(refused).isNotEmpty();
    assertThat(books.tally().findings(Kind.FALSE_RECEIPT)).hasSize(1);

    books.deliver(FIRST, books.accepted(FIRST, Books.collapsing("score")));
    assertThat(books.tally().findings(Kind.FALSE_RECEIPT)).isEmpty();
  }

  @Test
  void the_newest_collapses_only_for_an_older_one_that_may_have_been_taken_late() {
    String old = books.accepted(FIRST, Books.collapsing("score"));
    books.deliver(FIRST, old);
    String newest = books.accepted(FIRST, Books.collapsing("score"));
    books.receipt(FIRST, newest, "collapsed", 0);
    assertThat(books.wrong()).containsExactly(Kind.FALSE_RECEIPT);

    books.ledger.answered(FIRST, old, ProviderAnswer.UNKNOWN);
    assertThat(books.wrong()).isEmpty();
  }

  @Test
  void only_a_device_that_gave_its_token_back_is_unregistered() {
    String id = books.accepted(FIRST);
    books.receipt(FIRST, id, "unregistered", 0);
    assertThat(books.wrong()).containsExactly(Kind.FALSELY_UNREGISTERED);

    books.ledger.unregistering(FIRST);
    assertThat(books.wrong()).isEmpty();
    books.ledger.unregistered(FIRST);
    books.ledger.registered(FIRST, "second");
    assertThat(books.wrong()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"evicted", "rejected", "repeated", "unknown"})
  void nothing_that_is_sent_here_ends_in_any_other_way(String outcome) {
    books.receipt(FIRST, books.accepted(FIRST), outcome, 0);

    assertThat(books.wrong()).containsExactly(Kind.FALSE_RECEIPT);
  }

  @Test
  void what_nobody_was_told_to_be_accepted_needs_no_receipt_but_a_false_one_is_a_finding() {
    String id = books.sent(FIRST, Terms.PLAIN, ProviderAnswer.UNKNOWN);
    assertThat(books.wrong()).isEmpty();

    books.receipt(FIRST, id, "unregistered", 0);
    assertThat(books.wrong()).containsExactly(Kind.FALSELY_UNREGISTERED);
  }

  @Test
  void a_confirmation_that_was_lost_with_its_connection_is_counted() {
    String id = books.accepted(FIRST, Books.expiring(EXPIRES_AT));
    books.ledger.arrived(FIRST, id);
    books.ledger.confirmed(FIRST, id);
    books.receipt(FIRST, id, "expired", EXPIRES_AT);

    assertThat(books.tally().confirmedYetEnded()).isEqualTo(1);
    assertThat(books.tally().isClean()).isTrue();
  }
}
