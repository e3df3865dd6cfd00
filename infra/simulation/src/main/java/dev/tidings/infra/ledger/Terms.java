package dev.tidings.infra.ledger;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The options that a provider sets for a notification.
 *
 * @param collapseId a newer one of the same token and collapse id may replace it
 * @param expiresAt milliseconds since the epoch after which it need not be delivered any more;
 *     {@link #AT_ONCE}: one attempt
 * @param lane the notifications of one token and one lane arrive in the order they were sent in;
 *     those of {@link #ANY_ORDER} may arrive at any time
 */
public record Terms(Optional<String> collapseId, OptionalLong expiresAt, int lane) {
  /** The expiration of a notification that is delivered at once or not at all. */
  public static final long AT_ONCE = 0;

  /** The lane of those that have no place in the order. */
  public static final int ANY_ORDER = -1;

  /** Nothing but to be delivered, in order. */
  public static final Terms PLAIN = new Terms(Optional.empty(), OptionalLong.empty(), 0);

  /** Whether nothing but its device's confirmation, or the end of its token, may end it. */
  boolean isPlain() {
    return collapseId.isEmpty() && expiresAt.isEmpty();
  }

  boolean isOneAttempt() {
    return expiresAt.isPresent() && expiresAt.getAsLong() == AT_ONCE;
  }
}
