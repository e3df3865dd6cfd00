package dev.tidings.auth;

/** Why credentials are refused. Each protocol has an answer of its own for each of these. */
public enum RefusalReason {
  /** There are none, and without any nothing is allowed. */
  MISSING,
  /** They are malformed, are signed by nobody known, or do not match. */
  INVALID,
  /** They were valid once: expired or revoked. */
  EXPIRED,
  /** They are valid, for somebody else or for something else. */
  NOT_AUTHORIZED,
  /** They cannot be checked now. Another attempt may succeed. */
  UNAVAILABLE
}
