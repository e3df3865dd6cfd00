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
import java.time.Instant;
import java.util.ArrayList;
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

  /** Returns since when it could be resolved: its acceptance, or the time that it was for. */
  static long since(Notification notification, long timestamp) {
    @Nullable Long due = notification.getScheduledAt() == null ? null : notification.getDeliverAt();
    return due == null ? acceptedAt(notification, timestamp) : due;
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
        before(notification, timestamp, step(StepName.RESOLVED, now, null)));
  }

  /** Returns a notification as it is kept until its time. */
  Notification scheduled(Notification notification, long timestamp, long now) {
    return Notification.newBuilder(notification)
        .setAcceptedAt(acceptedAt(notification, timestamp))
        .setScheduledAt(now)
        .setScheduledBy(instance)
        .build();
  }

  /** Returns the receipt of a notification that waits for its time. */
  Receipt waiting(Notification scheduled, String token, long timestamp) {
    return new Receipt(
        scheduled.getId(),
        token,
        null,
        ShownText.of(scheduled.getApp()),
        Outcome.PENDING,
        before(scheduled, timestamp));
  }

  /** Returns the steps of a notification before it was resolved, and then these. */
  private static List<Step> before(Notification notification, long timestamp, Step... then) {
    List<Step> steps = new ArrayList<>(2 + then.length);
    steps.add(AcceptedStep.of(notification, timestamp));
    @Nullable Long at = notification.getScheduledAt();
    if (at != null) {
      @Nullable String by = notification.getScheduledBy();
      @Nullable Long due = notification.getDeliverAt();
      steps.add(
          new Step(
              StepName.SCHEDULED,
              at,
              by == null ? "" : ShownText.of(by),
              due == null ? null : "for " + Instant.ofEpochMilli(due)));
    }
    steps.addAll(List.of(then));
    return steps;
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
        before(notification, timestamp, step(StepName.valueOf(outcome.name()), now, why)));
  }

  /** Returns the receipt of a resolved notification that could not be written. */
  Receipt undeliverable(Delivery delivery, String why, long now) {
    Step last = step(StepName.REJECTED, now, why);
    List<Step> steps = new ArrayList<>(delivery.getSteps());
    steps.add(last);
    return new Receipt(
        delivery.getId(), delivery.getToken(), null, delivery.getApp(), Outcome.REJECTED, steps);
  }

  private Step step(StepName name, long now, @Nullable String why) {
    return new Step(name, now, instance, why);
  }
}
