package dev.tidings.ingest.repeat;

import dev.tidings.ingest.accept.AppendResult;

/** What a request is that came before. */
public sealed interface Decision {
  /**
   * The same was accepted before.
   *
   * @param acceptedAtMillis when, since the epoch
   */
  record Again(long acceptedAtMillis) implements Decision {}

  /** Another request with the same id was accepted before for the same token. */
  record Different() implements Decision {}

  /** The first one, for which it has waited, was not accepted. */
  record Failed(AppendResult result) implements Decision {}

  /** The first one, for which it has waited, was not sent: nobody wanted it any more. */
  record Dropped() implements Decision {}

  /** Many others wait for the first one already. */
  record Crowded() implements Decision {}
}
