package dev.tidings.auth;

/**
 * The decision whether credentials were accepted.
 *
 * @param <I> the identity that they prove
 */
public sealed interface Decision<I> {

  /** They were, and prove this identity. */
  record Accepted<I>(I identity) implements Decision<I> {}

  /**
   * They were not.
   *
   * @param detail for the log and for the client, naming what was expected; never a secret
   */
  record Refused<I>(RefusalReason reason, String detail) implements Decision<I> {}
}
