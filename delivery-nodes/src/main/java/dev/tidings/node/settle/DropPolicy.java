package dev.tidings.node.settle;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tells what is not worth delivering any more, and why. Thread-safe. */
public final class DropPolicy {
  private final CollapseKeys collapseKeys;
  private final BiPredicate<DeviceId, String> revoked;
  private final Predicate<String> erased;

  /**
   * @param revoked tells whether a token is, or is none of the device's any more
   * @param erased tells whether that is because what is kept of its device was erased
   */
  public DropPolicy(
      CollapseKeys collapseKeys, BiPredicate<DeviceId, String> revoked, Predicate<String> erased) {
    this.collapseKeys = collapseKeys;
    this.revoked = revoked;
    this.erased = erased;
  }

  /**
   * Looks at a notification.
   *
   * @param now milliseconds since the epoch
   * @return why it ends; null if it is to be delivered
   */
  public @Nullable DropReason of(DeviceInbox inbox, long sequence, Delivery delivery, long now) {
    if (revoked.test(inbox.device(), delivery.getToken())) {
      return revocation(delivery);
    }
    if (Expiration.ofField(delivery.getExpiration()).hasPassed(now)) {
      return DropReason.expired("its expiration has passed");
    }
    ParkedRange parked = inbox.parked();
    if (!parked.hasCollapseKeys()) {
      return null;
    }
    if (parked.hasNewer(key(delivery), sequence)) {
      return collapsed(delivery);
    }
    String withdrawal = WithdrawalId.of(delivery.getId());
    return parked.hasNewer(CollapseKeys.ofWithdrawal(withdrawal, delivery.getToken()), sequence)
        ? DropReason.withdrawn()
        : null;
  }

  /**
   * Whether a notification that has been delivered before is not to be sent once more: its token is
   * revoked, or it has expired.
   *
   * @param now milliseconds since the epoch
   */
  public boolean isOver(DeviceId device, Delivery delivery, long now) {
    return revoked.test(device, delivery.getToken())
        || Expiration.ofField(delivery.getExpiration()).hasPassed(now);
  }

  /** Until when it is worth delivering, in milliseconds since the epoch. */
  public static long end(Delivery delivery) {
    Expiration expiration = Expiration.ofField(delivery.getExpiration());
    return expiration.isOnce() ? Long.MAX_VALUE : expiration.millis();
  }

  /**
   * Before when it can't have expired, in milliseconds since the epoch: its expiration; for a
   * single attempt the time it was accepted, for what has expired when it is accepted is one, too.
   */
  static long earliestEnd(Delivery delivery) {
    Expiration expiration = Expiration.ofField(delivery.getExpiration());
    if (!expiration.isOnce()) {
      return expiration.millis();
    }
    List<Step> steps = delivery.getSteps();
    return steps.isEmpty() ? 0 : steps.getFirst().getAt();
  }

  /** What a newer one replaces it by; {@link CollapseKeys#NONE} if none does. */
  public long key(Delivery delivery) {
    return collapseKeys.of(
        delivery.getId(), delivery.getApp(), delivery.getToken(), delivery.getCollapseId());
  }

  /** A newer one has taken its place. */
  public DropReason collapsed(Delivery delivery) {
    if (WithdrawalId.isOne(delivery.getId())) {
      return DropReason.collapsed("it was withdrawn once more");
    }
    return DropReason.collapsed(
        collapseKeys.keepsLatest(delivery.getApp())
            ? "a newer one has come, and the app keeps only the latest"
            : "a newer one has come with its collapse id, " + delivery.getCollapseId());
  }

  /** Why a notification ends whose token is revoked. */
  public DropReason revocation(Delivery delivery) {
    return erased.test(delivery.getToken()) ? DropReason.erased() : DropReason.revoked();
  }

  public boolean isRevoked(DeviceId device, @Nullable String token) {
    return token != null && revoked.test(device, token);
  }
}
