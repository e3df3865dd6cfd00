package dev.tidings.ingest.send;

import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.broadcast.NewBroadcast;

/** The result of one notification of a request. */
public sealed interface SendResult {
  /**
   * Accepted: every in-sync replica of the log has the record.
   *
   * @param atMillis when, since the epoch
   */
  record Accepted(NewNotification notification, long atMillis) implements SendResult {}

  /**
   * The same request was accepted before, and is not given to the log again.
   *
   * @param atMillis when, since the epoch
   */
  record Repeated(NewNotification notification, long atMillis) implements SendResult {}

  /** It would have been accepted, if it had not been a dry run. */
  record Checked(NewNotification notification) implements SendResult {}

  /**
   * A broadcast is accepted: every partition of the log has it.
   *
   * @param atMillis when, since the epoch
   */
  record Broadcasting(NewBroadcast broadcast, long atMillis) implements SendResult {}

  /** The broadcast would have been accepted, if it had not been a dry run. */
  record BroadcastChecked(NewBroadcast broadcast) implements SendResult {}

  /** Not accepted. */
  record Refused(Refusal refusal) implements SendResult {}
}
