package dev.tidings.ingest.request;

import dev.tidings.schemas.value.NotificationId;

/** The result of checking a request's method, path and headers. */
public sealed interface CheckResult permits CheckedPush, Outcome.Rejected {
  /** Returns the provider's id, or a new one if it gave no valid id. */
  NotificationId id();
}
