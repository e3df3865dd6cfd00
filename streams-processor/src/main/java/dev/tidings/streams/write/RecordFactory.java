package dev.tidings.streams.write;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.trace.AcceptanceTime;
import dev.tidings.schemas.trace.ShownText;
import dev.tidings.schemas.trace.Steps;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the outgoing records, with the steps of their notification so far. Immutable. */
final class RecordFactory {
  /** What a withdrawal has instead of a push type. */
  private static final String WITHDRAW = "withdraw";

  private final Steps steps;

  RecordFactory(String instance) {
    this.steps = new Steps(instance);
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
        Steps.append(
            Steps.beforeResolved(notification, timestamp),
            List.of(steps.of(StepName.RESOLVED, now, null))),
        null,
        notification.getCategory());
  }

  /**
   * Returns the delivery of a withdrawal, which waits for a device like any other, for as long as
   * the inbox keeps anything.
   */
  Delivery withdrawal(
      NotificationId withdrawn, Notification withdrawal, String token, long timestamp, long now) {
    WithdrawalId id = new WithdrawalId(withdrawn);
    return new Delivery(
        id.text(),
        token,
        withdrawal.getApp(),
        id.payload(),
        null,
        withdrawal.getPriority(),
        null,
        WITHDRAW,
        List.of(
            Steps.beforeResolved(withdrawal, timestamp).getFirst(),
            steps.of(StepName.RESOLVED, now, null)),
        withdrawal.getSent(),
        null);
  }

  /** Returns a notification as it is kept until its time. */
  Notification scheduled(Notification notification, long timestamp, long now) {
    return Notification.newBuilder(notification)
        .setAcceptedAt(acceptedAt(notification, timestamp))
        .setScheduledAt(now)
        .setScheduledBy(steps.instance())
        .build();
  }

  /** Returns a notification to a device as one to the token that it has. */
  Notification readdressed(Notification notification, long timestamp) {
    return Notification.newBuilder(notification)
        .setAcceptedAt(acceptedAt(notification, timestamp))
        .setDevice(null)
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
        Steps.beforeResolved(scheduled, timestamp),
        scheduled.getCategory());
  }

  /** Returns a broadcast as a notification to the token of one of its subscribers. */
  Notification toSubscriber(Notification broadcast) {
    return Notification.newBuilder(broadcast).setDeliverAt(null).build();
  }

  Receipt ended(
      Notification notification,
      @Nullable String token,
      long timestamp,
      Outcome outcome,
      String why,
      long now) {
    @Nullable String device = notification.getDevice();
    return new Receipt(
        notification.getId(),
        device == null ? token : null,
        device == null ? null : ShownText.of(device),
        ShownText.of(notification.getApp()),
        outcome,
        Steps.append(
            Steps.beforeResolved(notification, timestamp),
            List.of(steps.of(StepName.valueOf(outcome.name()), now, why))),
        // It may be what is wrong with the record.
        Category.ofField(notification.getCategory()).map(Category::value).orElse(null));
  }

  /** Returns the receipt of a resolved notification that could not be written. */
  Receipt undeliverable(Delivery delivery, String why, long now) {
    return new Receipt(
        delivery.getId(),
        delivery.getToken(),
        null,
        delivery.getApp(),
        Outcome.REJECTED,
        Steps.append(delivery.getSteps(), List.of(steps.of(StepName.REJECTED, now, why))),
        delivery.getCategory());
  }
}
