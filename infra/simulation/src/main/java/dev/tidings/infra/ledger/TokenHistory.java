package dev.tidings.infra.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The successive tokens of one recipient. Times are the ledger's. Guarded by its {@link Account}.
 */
final class TokenHistory {
  private static final class Life {
    boolean asked;
    long revokedAt = Long.MAX_VALUE;
  }

  private final Map<String, Life> lives = new HashMap<>();
  private @Nullable String current;

  /** Records that the device received a token. Returns a finding if it should not have. */
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

  /** Records that the device is about to return its token. */
  void unregistering() {
    life(current).asked = true;
  }

  /** Records that the device was told that the token is revoked. */
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

  /** Whether its device has ever returned the token. */
  boolean isAsked(String token) {
    Life life = lives.get(token);
    return life != null && life.asked;
  }

  /** Returns the time since which its device knows that the token is revoked. */
  long revokedAt(String token) {
    Life life = lives.get(token);
    return life == null ? Long.MAX_VALUE : life.revokedAt;
  }

  int revoked() {
    return (int) lives.values().stream().filter(life -> life.revokedAt < Long.MAX_VALUE).count();
  }

  /** Returns a prefix of a token, enough to find it in a log and not enough to use it. */
  static String shortened(String token) {
    return token.length() < 12 ? token : token.substring(0, 8) + "…";
  }
}
