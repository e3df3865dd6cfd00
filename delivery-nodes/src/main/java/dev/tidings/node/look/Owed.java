package dev.tidings.node.look;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.value.Expiration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A notification that a device has not confirmed; its payload is not told.
 *
 * @param sequence its place in the device's order
 * @param id the notification's, or what stands for one in a withdrawal
 * @param acceptedAt milliseconds since the epoch; null if it does not say
 * @param expiresAt the same; null if it never does, or is for a single attempt
 * @param payloadBytes what its payload weighs
 * @param inFlight whether it is written to the connection; if not, it waits
 */
public record Owed(
    long sequence,
    String id,
    String app,
    @Nullable Long acceptedAt,
    @Nullable Long expiresAt,
    int payloadBytes,
    boolean inFlight) {
  static Owed of(long sequence, Delivery delivery, boolean inFlight) {
    List<Step> steps = delivery.getSteps();
    Expiration expiration = Expiration.ofField(delivery.getExpiration());
    return new Owed(
        sequence,
        delivery.getId(),
        delivery.getApp(),
        steps.isEmpty() ? null : steps.getFirst().getAt(),
        expiration.isOnce() ? null : expiration.toField(),
        delivery.getPayload().remaining(),
        inFlight);
  }
}
