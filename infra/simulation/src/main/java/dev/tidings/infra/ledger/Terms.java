package dev.tidings.infra.ledger;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * The options that a provider sets for a notification.
 *
 * @param collapseId a newer one of the same token and collapse id may replace it
 * @param expiresAt the time, in milliseconds since the epoch, after which it is not delivered any
 *     more; {@link #AT_ONCE}: one attempt
 * @param lane the notifications of one token and one lane arrive in the order they were sent in;
 *     those of {@link #ANY_ORDER} may arrive at any time
 */
public record Terms(Optional<String> collapseId, OptionalLong expiresAt, int lane) {
  /** The expiration of a notification that is delivered immediately or not at all. */
  public static final long AT_ONCE = 0;

  /** The lane of those without an order. */
  public static final int ANY_ORDER = -1;

  /** Delivery in order, and no other option. */
  public static final Terms PLAIN = new Terms(Optional.empty(), OptionalLong.empty(), 0);

  /** Whether only a confirmation by its device, or the revocation of its token, may settle it. */
  boolean isPlain() {
    return collapseId.isEmpty() && expiresAt.isEmpty();
  }

  boolean isOneAttempt() {
    return expiresAt.isPresent() && expiresAt.getAsLong() == AT_ONCE;
  }
}
