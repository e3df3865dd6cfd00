package dev.tidings.ingest.apns.request;

import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;

/** The result of checking a request's method, path and headers. */
public sealed interface CheckResult permits CheckResult.Valid, Outcome.Rejected {
  /** Returns the provider's id, or a new one if it gave no valid id. */
  NotificationId id();

  /**
   * A valid push request, without its payload.
   *
   * @param notification in it the app may be Apple's topic without the suffix of a push type
   */
  record Valid(NewNotification notification) implements CheckResult {
    @Override
    public NotificationId id() {
      return notification.id();
    }

    /** Returns the maximum length of the payload, in bytes, for its push type. */
    public int maxPayloadBytes() {
      return JsonPayload.maxBytes(notification.pushType());
    }
  }
}
