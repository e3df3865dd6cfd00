package dev.tidings.auth.provider;

/** The decision whether the credentials of a request were accepted. */
public sealed interface ProviderDecision {

  /** They were, and prove this identity. */
  record Accepted(ProviderIdentity identity) implements ProviderDecision {}

  /**
   * They were not.
   *
   * @param detail names what was expected; nothing of what was received
   */
  record Refused(Reason reason, String detail) implements ProviderDecision {}

  /** Why not. Each protocol has an answer of its own for each of these. */
  enum Reason {
    /** There are none. */
    MISSING,
    /** They are malformed, or of nobody known, or revoked, or of another team than before. */
    INVALID,
    /** The token is too old. */
    EXPIRED,
    /** The key may not be used on one connection with the one before. */
    UNRELATED_KEY,
    /** A new token too soon after the one before. */
    TOO_MANY_UPDATES,
    /** The connection's certificate is not valid, or does not say which app it is for. */
    BAD_CERTIFICATE,
    /** The connection's certificate is for another environment. */
    CERTIFICATE_ENVIRONMENT,
    /** They cannot be checked now. Another attempt may succeed. */
    UNAVAILABLE
  }
}
