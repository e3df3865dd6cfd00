package dev.tidings.streams.write;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.trace.AcceptedStep;
import dev.tidings.schemas.trace.ShownText;
import dev.tidings.schemas.value.AcceptanceTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the outgoing records, with the steps of their notification so far. Immutable. */
final class RecordFactory {
  private final String instance;

  RecordFactory(String instance) {
    this.instance = instance;
  }

  /**
   * Returns when the notification was accepted: the time that ingest-api wrote, or the record's
   * timestamp; never negative.
   */
  static long acceptedAt(Notification notification, long timestamp) {
    return AcceptanceTime.millis(notification.getAcceptedAt(), timestamp);
  }

  /** Returns the delivery of a notification; the payload is not copied. */
  Delivery resolved(Notification notification, String token, long timestamp, long now) {
    return new Delivery(
        notification.getId(),
        token,
        notification.getApp(),
        notification.getPayload(),
        notification.getExpiration(),
        notification.getPriority(),
        notification.getCollapseId(),
        notification.getPushType(),
        List.of(AcceptedStep.of(notification, timestamp), step(StepName.RESOLVED, now, null)));
  }

  Receipt ended(
      Notification notification,
      @Nullable String token,
      long timestamp,
      Outcome outcome,
      String why,
      long now) {
    return new Receipt(
        notification.getId(),
        token,
        null,
        ShownText.of(notification.getApp()),
        outcome,
        List.of(
            AcceptedStep.of(notification, timestamp),
            step(StepName.valueOf(outcome.name()), now, why)));
  }

  /** Returns the receipt of a resolved notification that could not be written. */
  Receipt undeliverable(Delivery delivery, String why, long now) {
    Step last = step(StepName.REJECTED, now, why);
    List<Step> steps = new java.util.ArrayList<>(delivery.getSteps());
    steps.add(last);
    return new Receipt(
        delivery.getId(), delivery.getToken(), null, delivery.getApp(), Outcome.REJECTED, steps);
  }

  private Step step(StepName name, long now, @Nullable String why) {
    return new Step(name, now, instance, why);
  }
}
