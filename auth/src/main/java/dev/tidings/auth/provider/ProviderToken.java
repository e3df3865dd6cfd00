package dev.tidings.auth.provider;

import dev.tidings.auth.jose.CompactJws;
import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.JsonObject;
import dev.tidings.auth.jose.JwsAlgorithm;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The claims of a provider token; true only once its signature is verified.
 *
 * @param keyId {@code kid}
 * @param team {@code iss}
 * @param issuedAt {@code iat}, in seconds since the epoch
 */
record ProviderToken(CompactJws jws, String keyId, String team, double issuedAt) {
  /** Far more than a token needs; connections and keys remember some. */
  static final int MAX_LENGTH = 2_048;

  private static final double MILLIS = 1_000;
  private static final double MAX_AGE_SECONDS = 3_600;
  private static final double CLOCK_DIFFERENCE_SECONDS = 60;
  private static final double UPDATE_SECONDS = 20 * 60;

  static ProviderToken read(String text) throws JoseException {
    if (text.length() > MAX_LENGTH) {
      throw new JoseException("token: " + text.length() + " bytes", "at most " + MAX_LENGTH);
    }
    CompactJws jws = CompactJws.read(text.getBytes(StandardCharsets.ISO_8859_1)).withRawSignature();
    if (!jws.algorithm().equals(JwsAlgorithm.ES256.label())) {
      throw new JoseException("token's alg", JwsAlgorithm.ES256.label());
    }
    JsonObject claims = JsonObject.read("token's claims", jws.payload());
    return new ProviderToken(
        jws,
        jws.keyId().orElseThrow(() -> new JoseException("token's kid: missing", "a key's id")),
        claims.text("iss").orElseThrow(() -> new JoseException("token's iss: missing", "a team")),
        claims
            .number("iat")
            .orElseThrow(
                () -> new JoseException("token's iat: missing", "seconds since the epoch")));
  }

  boolean isTooOld(Instant now) {
    return isTooOld(issuedAt, now);
  }

  /** Returns whether one is too old that was issued then, in seconds since the epoch. */
  static boolean isTooOld(double issuedAt, Instant now) {
    return seconds(now) - issuedAt > MAX_AGE_SECONDS;
  }

  boolean isOfTheFuture(Instant now) {
    return issuedAt - seconds(now) > CLOCK_DIFFERENCE_SECONDS;
  }

  /** Returns whether it says the same: the signature of the same may differ. */
  boolean isSame(ProviderToken other) {
    return keyId.equals(other.keyId) && team.equals(other.team) && issuedAt == other.issuedAt;
  }

  /** Returns whether it was issued before another one. */
  boolean isOlderThan(ProviderToken other) {
    return issuedAt < other.issuedAt;
  }

  /** Returns whether it comes too soon after another one; an older one does not come after it. */
  boolean isTooSoonAfter(ProviderToken other) {
    return !isOlderThan(other) && issuedAt - other.issuedAt < UPDATE_SECONDS;
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / MILLIS;
  }
}
