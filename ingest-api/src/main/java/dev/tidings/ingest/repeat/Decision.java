package dev.tidings.ingest.repeat;

/** What a request is, compared with those before it. */
public sealed interface Decision {
  /** None is known: it is to be given to the log, and the claim be told what became of it. */
  record First(Claim claim) implements Decision {}

  /**
   * The same was accepted before.
   *
   * @param acceptedAtMillis when, since the epoch
   */
  record Again(long acceptedAtMillis) implements Decision {}

  /** Another request with the same id for the same token came before it. */
  record Different() implements Decision {}

  /** Many others wait for the first one to be accepted. */
  record Crowded() implements Decision {}
}
