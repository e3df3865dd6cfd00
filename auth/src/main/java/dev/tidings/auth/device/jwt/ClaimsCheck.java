package dev.tidings.auth.device.jwt;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what the claims of a token whose signature is right allow: the part that depends on the
 * time and on who asks.
 *
 * @param audience that a token has to name, if it has to name one
 * @param issuer whose tokens these are
 */
record ClaimsCheck(Optional<String> audience, InstantSource clock, DeviceIssuer issuer) {
  /** How far the issuer's clock may be from ours, in either direction. */
  static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(60);

  /** The check for an issuer that cannot end. */
  ClaimsCheck(Optional<String> audience, InstantSource clock) {
    this(audience, clock, DeviceIssuer.LASTING);
  }

  Decision<DeviceIdentity> decide(Claims claims, String serial) {
    if (!issuer.isInForce()) {
      return refused(RefusalReason.INVALID, "token's iss (expected: one that is not deleted)");
    }
    Instant now = clock.instant();
    if (!now.isBefore(claims.expires().plus(CLOCK_DIFFERENCE))) {
      return refused(RefusalReason.EXPIRED, "token: expired (expected: one that is valid now)");
    }
    Instant latest = now.plus(CLOCK_DIFFERENCE);
    if (claims.notBefore().filter(latest::isBefore).isPresent()
        || claims.issued().filter(latest::isBefore).isPresent()) {
      return refused(
          RefusalReason.INVALID, "token: nbf or iat in the future (expected: one valid now)");
    }
    if (audience.isPresent() && !claims.audience().contains(audience.get())) {
      return refused(RefusalReason.NOT_AUTHORIZED, "token's aud (expected: this service)");
    }
    if (!claims.subject().equals(serial)) {
      return refused(RefusalReason.NOT_AUTHORIZED, "token's sub (expected: the client id)");
    }
    return new Decision.Accepted<>(
        new DeviceIdentity(
            claims.subject(),
            claims.user(),
            claims.apps().map(names -> Apps.of(Set.copyOf(names))).orElse(Apps.ALL),
            end(claims.expires(), now),
            issuer));
  }

  /**
   * Returns when the session ends: with the token, to the second. A token that has expired by our
   * clock, and is accepted because the issuer's may be behind, is good for the rest of that
   * difference: else its device would be sent away as soon as it is accepted, over and over.
   */
  private static Instant end(Instant expires, Instant now) {
    return now.isBefore(expires) ? expires : expires.plus(CLOCK_DIFFERENCE);
  }

  private static Decision<DeviceIdentity> refused(RefusalReason reason, String detail) {
    return new Decision.Refused<>(reason, detail);
  }
}
