package dev.tidings.infra.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tokens one recipient has had, one after the other. Times are the ledger's. Guarded by its
 * {@link Account}.
 */
final class TokenHistory {
  private static final class Life {
    boolean asked;
    long revokedAt = Long.MAX_VALUE;
  }

  private final Map<String, Life> lives = new HashMap<>();
  private @Nullable String current;

  /** The device has been given a token. Returns what is wrong with that, if anything is. */
  Optional<String> registered(String token) {
    Life known = lives.get(token);
    if (known != null && known.asked) {
      return Optional.of("token " + shortened(token) + " was revoked and has come back");
    }
    String before = current;
    Life ofBefore = before == null ? null : lives.get(before);
    lives.putIfAbsent(token, new Life());
    current = token;
    if (before != null && !before.equals(token) && ofBefore != null && !ofBefore.asked) {
      return Optional.of(
          "token " + shortened(before) + " became another one, and nobody had unregistered");
    }
    return Optional.empty();
  }

  /** The device is about to ask for its token's end. */
  void unregistering() {
    life(current).asked = true;
  }

  /** It was told that the token has ended. */
  void unregistered(long now) {
    life(current).revokedAt = now;
  }

  private Life life(@Nullable String token) {
    Life life = token == null ? null : lives.get(token);
    if (life == null) {
      throw new IllegalStateException("not registered");
    }
    return life;
  }

  /** Whether the token's device ever asked for its end. */
  boolean isAsked(String token) {
    Life life = lives.get(token);
    return life != null && life.asked;
  }

  /** Since when its device knows that the token has ended. */
  long revokedAt(String token) {
    Life life = lives.get(token);
    return life == null ? Long.MAX_VALUE : life.revokedAt;
  }

  int revoked() {
    return (int) lives.values().stream().filter(life -> life.revokedAt < Long.MAX_VALUE).count();
  }

  /** Enough to find it by, and not enough to use it. */
  static String shortened(String token) {
    return token.length() < 12 ? token : token.substring(0, 8) + "…";
  }
}
