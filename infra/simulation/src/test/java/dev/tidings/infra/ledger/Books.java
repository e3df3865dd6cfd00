package dev.tidings.infra.ledger;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A ledger of two devices with two apps each, receipts, and a manual clock. */
final class Books {
  static final long SECOND = Duration.ofSeconds(1).toNanos();
  static final Recipient FIRST = new Recipient(0, 0);
  static final Recipient SAME_DEVICE = new Recipient(0, 1);
  static final Recipient OTHER_DEVICE = new Recipient(1, 0);
  static final String TOKEN = "first-token-of-the-first";

  private final Map<String, End> ends = new HashMap<>();
  private long now = 1_000 * SECOND;
  private int ids;
  final Ledger ledger = new Ledger(2, 2, () -> now);

  Books() {
    ledger.registered(FIRST, TOKEN);
    ledger.registered(SAME_DEVICE, token(SAME_DEVICE));
    ledger.registered(OTHER_DEVICE, token(OTHER_DEVICE));
  }

  static String token(Recipient recipient) {
    return recipient.equals(FIRST) ? TOKEN : "token-of-" + recipient;
  }

  static Terms expiring(long at) {
    return new Terms(Optional.empty(), OptionalLong.of(at), 0);
  }

  static Terms collapsing(String collapseId) {
    return new Terms(Optional.of(collapseId), OptionalLong.empty(), 0);
  }

  static Terms lane(int lane) {
    return new Terms(Optional.empty(), OptionalLong.empty(), lane);
  }

  long now() {
    return now;
  }

  void pass(long nanos) {
    now += nanos;
  }

  String sent(Recipient recipient, Terms terms, ProviderAnswer... answers) {
    String id = "id-" + ids++;
    ledger.sending(recipient, token(recipient), id, terms);
    for (ProviderAnswer answer : answers) {
      ledger.answered(recipient, id, answer);
    }
    return id;
  }

  String accepted(Recipient recipient) {
    return accepted(recipient, Terms.PLAIN);
  }

  String accepted(Recipient recipient, Terms terms) {
    return sent(recipient, terms, ProviderAnswer.ACCEPTED);
  }

  void deliver(Recipient recipient, String id) {
    ledger.arrived(recipient, id);
    ledger.confirmed(recipient, id);
    receipt(recipient, id, "delivered", 0);
  }

  void receipt(Recipient recipient, String id, String outcome, long at) {
    ends.put(id + token(recipient), new End(outcome, at));
  }

  Tally tally() {
    return tallyWithout();
  }

  /** Returns the tally with some devices absent. */
  Tally tallyWithout(Integer... devices) {
    return ledger.tally(
        (id, token) -> Optional.ofNullable(ends.get(id + token)),
        device -> !List.of(devices).contains(device));
  }

  List<Finding.Kind> wrong() {
    return tally().findings().stream().map(Finding::kind).toList();
  }
}
