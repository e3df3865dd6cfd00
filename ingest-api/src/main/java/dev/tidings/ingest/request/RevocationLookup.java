package dev.tidings.ingest.request;

import dev.tidings.schemas.value.Token;
import java.util.OptionalLong;

/** Tells at once whether a token was revoked. */
@FunctionalInterface
public interface RevocationLookup {
  /** Since when, in ms since the epoch; empty if it was not revoked. */
  OptionalLong revokedSince(Token token);
}
