package dev.tidings.infra.ledger;

import java.util.Optional;

/**
 * Checks whether a receipt can be true, given the options of the notification and what its device
 * did.
 *
 * @param asked whether its device has returned its token
 * @param replaceable whether another one may have replaced it
 * @param present whether its device is present, and so should have everything by now
 */
record ReceiptCheck(SentNotification sent, boolean asked, boolean replaceable, boolean present) {

  /** Returns what is wrong, without the notification; empty if nothing is. */
  Optional<Finding> judge(Optional<End> end) {
    return end.isEmpty() ? withoutReceipt() : by(end.get());
  }

  private Optional<Finding> withoutReceipt() {
    if (!sent.isAccepted()) {
      return Optional.empty();
    }
    return sent.confirmed
        ? found(Finding.Kind.NO_RECEIPT, "the device has confirmed it")
        : found(Finding.Kind.LOST, "no receipt");
  }

  private Optional<Finding> by(End end) {
    return switch (end.outcome()) {
      case "delivered" -> unless(sent.confirmed, Finding.Kind.LOST, "delivered, says its receipt");
      case "pending" -> pending();
      case "expired" ->
          unless(
              hasExpired(end.at()),
              Finding.Kind.FALSE_RECEIPT,
              "expired at " + end.at() + ", " + expectation());
      case "collapsed" ->
          unless(replaceable, Finding.Kind.FALSE_RECEIPT, "collapsed, and there is no newer one");
      case "unregistered" ->
          unless(
              asked,
              Finding.Kind.FALSELY_UNREGISTERED,
              "its receipt says so, its device never did");
      default -> found(Finding.Kind.FALSE_RECEIPT, end.outcome());
    };
  }

  private Optional<Finding> pending() {
    if (!present) {
      return Optional.empty();
    }
    return sent.confirmed
        ? found(Finding.Kind.NO_RECEIPT, "pending, says its receipt; the device has confirmed it")
        : found(Finding.Kind.LOST, "pending, says its receipt; the device is there");
  }

  private boolean hasExpired(long at) {
    return sent.terms.isOneAttempt()
        || (sent.terms.expiresAt().isPresent() && at >= sent.terms.expiresAt().getAsLong());
  }

  private String expectation() {
    return sent.terms.expiresAt().isPresent()
        ? "before its time, " + sent.terms.expiresAt().getAsLong()
        : "and it never expires";
  }

  private static Optional<Finding> unless(boolean right, Finding.Kind kind, String what) {
    return right ? Optional.empty() : found(kind, what);
  }

  private static Optional<Finding> found(Finding.Kind kind, String what) {
    return Optional.of(new Finding(kind, what));
  }
}
