package dev.tidings.auth;

/** Whether a token would be accepted now, said to an administrator who holds it. */
public sealed interface TokenVerdict {

  /** It would be. */
  record Accepted(String owner) implements TokenVerdict {}

  /**
   * It would not be.
   *
   * @param why more exact than strangers are told
   */
  record Refused(String why) implements TokenVerdict {}

  /**
   * That cannot be said here.
   *
   * @param missing what is not known
   */
  record Undecided(String missing) implements TokenVerdict {}
}
