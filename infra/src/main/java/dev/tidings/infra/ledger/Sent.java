package dev.tidings.infra.ledger;

/**
 * One notification in the ledger. Times are the ledger's, in nanoseconds. Guarded by its {@link
 * DeviceAccount}.
 */
final class Sent {
  final long sentAt;
  Answer answer = Answer.NONE;
  long answeredAt;

  /** How often it has arrived. */
  int arrivals;

  /** Its place among the device's first arrivals, from 0 on. */
  int place;

  long firstAt;
  boolean confirmed;

  Sent(long sentAt) {
    this.sentAt = sentAt;
  }

  boolean isOwed() {
    return answer == Answer.ACCEPTED && !confirmed;
  }

  /** Whether nothing that happens later makes it owed. */
  boolean isSettled() {
    return confirmed || answer == Answer.REFUSED || answer == Answer.UNKNOWN;
  }
}
