package dev.tidings.ingest.request;

import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import java.util.OptionalLong;

/** What became of a request; the answer is made of it. */
public sealed interface Outcome {
  NotificationId id();

  /** The log has it, on every in-sync replica. */
  record Accepted(NotificationId id, UniqueId unique) implements Outcome {}

  /**
   * It is not wanted, and the same request never will be.
   *
   * @param since for {@link RejectionReason#UNREGISTERED}: since when, in ms since the epoch
   */
  record Rejected(NotificationId id, RejectionReason reason, OptionalLong since)
      implements Outcome, Checked {
    public Rejected(NotificationId id, RejectionReason reason) {
      this(id, reason, OptionalLong.empty());
    }
  }

  /**
   * It can't be taken now. It may have reached the log all the same; repeating it with the same id
   * is safe.
   */
  record Overloaded(NotificationId id, UniqueId unique, RejectionReason reason)
      implements Outcome {}
}
