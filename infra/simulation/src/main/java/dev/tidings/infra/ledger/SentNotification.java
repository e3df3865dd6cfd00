package dev.tidings.infra.ledger;

/**
 * One notification to one token in the ledger. Times are the ledger's, in nanoseconds. Guarded by
 * its {@link Account}.
 */
final class SentNotification {
  final String id;
  final String token;
  final Terms terms;

  /** Its place among those sent to its recipient, from 0 on. */
  final int number;

  final long sentAt;
  ProviderAnswer answer = ProviderAnswer.NONE;
  long answeredAt;

  /** Whether an attempt may have been taken though nobody was told so, and at any time. */
  boolean unsure;

  /** How often it has arrived. */
  int arrivals;

  /** Its place among the recipient's first arrivals, from 0 on. */
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

  /** Whether the log may have it. */
  boolean mayBeThere() {
    return isAccepted() || unsure || answer == ProviderAnswer.NONE;
  }
}
