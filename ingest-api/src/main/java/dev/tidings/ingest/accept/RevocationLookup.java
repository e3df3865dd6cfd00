package dev.tidings.ingest.accept;

import dev.tidings.schemas.value.Token;
import java.util.OptionalLong;

/** Looks up whether a token was revoked, without waiting. */
@FunctionalInterface
public interface RevocationLookup {
  /**
   * Returns the time of the revocation, in ms since the epoch; empty if the token was not revoked.
   *
   * @throws UnknownException if that cannot be told at the moment
   */
  OptionalLong revokedSince(Token token) throws UnknownException;

  /** It cannot be told whether a token was revoked. Without a stack trace: requests bring it. */
  final class UnknownException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnknownException() {
      super("not known whether the token was revoked", null, false, false);
    }
  }
}
