package dev.tidings.infra.ledger;

/**
 * A notification to one token, in the ledger. Times are the ledger's, in nanoseconds. Guarded by
 * its {@link Account}.
 */
final class SentNotification {
  final String id;
  final String token;
  final Terms terms;

  /** Its index among those sent to its recipient, from 0. */
  final int number;

  final long sentAt;
  ProviderAnswer answer = ProviderAnswer.NONE;
  long answeredAt;

  /** Whether an attempt may have been accepted without the provider being told, at any time. */
  boolean unsure;

  /** The number of its arrivals. */
  int arrivals;

  /** Its index among the recipient's first arrivals, from 0. */
  int place;

  long firstAt;
  boolean confirmed;

  SentNotification(String id, String token, Terms terms, int number, long sentAt) {
    this.id = id;
    this.token = token;
    this.terms = terms;
    this.number = number;
    this.sentAt = sentAt;
  }

  boolean isAccepted() {
    return answer == ProviderAnswer.ACCEPTED;
  }

  /** Whether it may be in the log. */
  boolean mayBeThere() {
    return isAccepted() || unsure || answer == ProviderAnswer.NONE;
  }
}
