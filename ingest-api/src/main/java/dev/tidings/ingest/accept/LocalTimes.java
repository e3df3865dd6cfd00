package dev.tidings.ingest.accept;

import dev.tidings.schemas.value.LocalDeliveryTime;
import dev.tidings.schemas.value.QuietHours;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a notification says about times on its device's clock.
 *
 * @param deliverAt before which it is not delivered; null: as its other time says
 * @param ttl for how long from then on it may be delivered; null: as its expiration says
 * @param quietHours in which it is held back; null: none
 */
public record LocalTimes(
    @Nullable LocalDeliveryTime deliverAt,
    @Nullable Duration ttl,
    @Nullable QuietHours quietHours) {
  /** Nothing. */
  public static final LocalTimes NONE = new LocalTimes(null, null, null);

  @Nullable String deliverAtField() {
    return deliverAt == null ? null : deliverAt.toField();
  }

  @Nullable Long ttlField() {
    return ttl == null ? null : ttl.toMillis();
  }

  @Nullable String quietHoursField() {
    return quietHours == null ? null : quietHours.toField();
  }
}
