package dev.tidings.ingest.apns.request;

import dev.tidings.schemas.value.Token;
import java.util.OptionalLong;

/** Looks up whether a token was revoked, without waiting. */
@FunctionalInterface
public interface RevocationLookup {
  /**
   * Returns the time of the revocation, in ms since the epoch; empty if the token was not revoked.
   */
  OptionalLong revokedSince(Token token);
}
