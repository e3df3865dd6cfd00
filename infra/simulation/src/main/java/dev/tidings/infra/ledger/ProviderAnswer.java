package dev.tidings.infra.ledger;

/** The response to the provider for a notification. */
public enum ProviderAnswer {
  /** None yet. */
  NONE,
  /** It is in the log. */
  ACCEPTED,
  /** It was refused, or never sent. */
  REFUSED,
  /** Its token has been revoked (410). */
  UNREGISTERED,
  /** It is invalid: no repetition would be accepted. */
  INVALID,
  /** The connection broke, or the response did not arrive in time: it may have been accepted. */
  UNKNOWN
}
