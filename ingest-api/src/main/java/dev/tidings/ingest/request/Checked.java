package dev.tidings.ingest.request;

import dev.tidings.schemas.value.NotificationId;

/** What a request turned out to be, by its method, path and headers. */
public sealed interface Checked permits PushRequest, Outcome.Rejected {
  /** The provider's id, or a new one where it gave none that is valid. */
  NotificationId id();
}
