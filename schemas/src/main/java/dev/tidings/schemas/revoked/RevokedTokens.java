package dev.tidings.schemas.revoked;

import dev.tidings.schemas.value.Token;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Every revoked token, in memory. Written by one thread, read by all. */
public final class RevokedTokens {
  private final Map<String, Long> since = new ConcurrentHashMap<>();

  /** Since when a token is revoked, in ms since the epoch; empty while it is not. */
  public OptionalLong revokedSince(Token token) {
    @Nullable Long millis = since.get(token.hex());
    return millis == null ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  /** Whether a token, as its characters, is revoked; what is no token is not. */
  public boolean isRevoked(String hex) {
    return since.containsKey(hex);
  }

  /** Takes a token that was revoked at this time, in ms since the epoch. */
  public void revoke(Token token, long millis) {
    since.put(token.hex(), millis);
  }

  /** Forgets a token: its tombstone was read. */
  public void forget(Token token) {
    since.remove(token.hex());
  }

  public int size() {
    return since.size();
  }
}
