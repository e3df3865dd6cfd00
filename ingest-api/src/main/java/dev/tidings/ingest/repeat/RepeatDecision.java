package dev.tidings.ingest.repeat;

import dev.tidings.ingest.accept.AppendResult;

/** Whether a request is a repetition of one that was accepted before. */
public sealed interface RepeatDecision {
  /**
   * The same was accepted before.
   *
   * @param acceptedAtMillis when, since the epoch
   */
  record Again(long acceptedAtMillis) implements RepeatDecision {}

  /** Another request with the same id was accepted before for the same token. */
  record Different() implements RepeatDecision {}

  /** The first one, for which it has waited, was not accepted. */
  record Failed(AppendResult result) implements RepeatDecision {}

  /** The first one, for which it has waited, was not sent: nobody wanted it any more. */
  record Dropped() implements RepeatDecision {}

  /** Many others wait for the first one already. */
  record Crowded() implements RepeatDecision {}
}
