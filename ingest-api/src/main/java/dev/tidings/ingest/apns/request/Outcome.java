package dev.tidings.ingest.apns.request;

import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.OptionalLong;

/** The outcome of a request in Apple's words, from which the response is made. */
public sealed interface Outcome {
  NotificationId id();

  /** Accepted: every in-sync replica of the log has the record. */
  record Accepted(NotificationId id, UniqueId unique) implements Outcome {}

  /**
   * Rejected: the same request will never be accepted.
   *
   * @param since for {@link RejectionReason#UNREGISTERED}: since when, in ms since the epoch
   */
  record Rejected(NotificationId id, RejectionReason reason, OptionalLong since)
      implements Outcome, CheckResult {
    public Rejected(NotificationId id, RejectionReason reason) {
      this(id, reason, OptionalLong.empty());
    }
  }

  /**
   * Not accepted now. The record may have reached the log nevertheless; repeating the request with
   * the same id is safe.
   */
  record Overloaded(NotificationId id, UniqueId unique, RejectionReason reason)
      implements Outcome {}
}
