package dev.tidings.infra.ledger;

/** What the provider was told about a notification. */
public enum ProviderAnswer {
  /** Nothing yet. */
  NONE,
  /** The log has it. */
  ACCEPTED,
  /** It was not taken, or never sent. */
  REFUSED,
  /** Its token has been revoked (410). */
  UNREGISTERED,
  /** It is not a notification that can be taken, now or ever. */
  INVALID,
  /**
   * The connection broke, or the answer did not come in time: it may or may not have been taken.
   */
  UNKNOWN
}
