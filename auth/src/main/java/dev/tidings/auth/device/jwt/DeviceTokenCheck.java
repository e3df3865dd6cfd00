package dev.tidings.auth.device.jwt;

import dev.tidings.auth.Decision;
import dev.tidings.auth.TokenVerdict;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import dev.tidings.auth.jose.CompactJws;
import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.KeySet;
import dev.tidings.auth.jose.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Says to administrators whether a device's token would be accepted from the device that it names.
 * It knows the issuers that administrators have entered, and the keys that are entered with them;
 * what nodes have in their settings, or read from a URL, it does not. An issuer in the settings of
 * a node counts there instead of one of the same name that is entered. Thread-safe.
 */
public final class DeviceTokenCheck {
  private final Function<String, Optional<Entry>> issuers;
  private final BooleanSupplier isComplete;
  private final InstantSource clock;

  /**
   * @param issuers finds the entry of an issuer, by the {@code iss} of its tokens
   * @param isComplete whether one that is not found has not been entered
   */
  public DeviceTokenCheck(
      Function<String, Optional<Entry>> issuers, BooleanSupplier isComplete, InstantSource clock) {
    this.issuers = issuers;
    this.isComplete = isComplete;
    this.clock = clock;
  }

  /** Checks one, as it is sent as a password. */
  public TokenVerdict check(String text) {
    try {
      CompactJws jws = CompactJws.read(text.getBytes(StandardCharsets.ISO_8859_1));
      Claims claims = Claims.read(jws.payload());
      Optional<Entry> entry = issuers.apply(claims.issuer());
      if (entry.isPresent()) {
        return check(jws, claims, entry.get());
      }
      return new TokenVerdict.Undecided(
          isComplete.getAsBoolean()
              ? "token's iss: no issuer that is entered (delivery nodes may know it from"
                  + " auth.devices.issuers)"
              : "the issuers are still being read");
    } catch (JoseException e) {
      return new TokenVerdict.Refused(e.text());
    }
  }

  private TokenVerdict check(CompactJws jws, Claims claims, Entry entry) throws JoseException {
    Optional<String> set = entry.keySet();
    if (set.isPresent()) {
      KeySet keys = KeySet.read(set.get().getBytes(StandardCharsets.UTF_8));
      Optional<VerificationKey> key = keys.find(jws.keyId());
      if (key.isEmpty()) {
        return new TokenVerdict.Refused(
            "token's kid (expected: a key of the issuer; none only if it has one key)");
      }
      if (!key.get().verifies(jws)) {
        return new TokenVerdict.Refused("token's signature (expected: the issuer's, by its alg)");
      }
    }
    Decision<DeviceIdentity> decision =
        new ClaimsCheck(entry.audience(), clock).decide(claims, claims.subject());
    return switch (decision) {
      case Decision.Refused<DeviceIdentity>(_, String detail) -> new TokenVerdict.Refused(detail);
      case Decision.Accepted<DeviceIdentity> _ when set.isEmpty() ->
          new TokenVerdict.Undecided(
              "all but its signature is right; the issuer's keys are at a URL, which delivery"
                  + " nodes read");
      case Decision.Accepted<DeviceIdentity> _ ->
          new TokenVerdict.Accepted(
              ("device %s, team %s, apps %s;"
                      + " unless delivery nodes have this iss in auth.devices.issuers")
                  .formatted(claims.subject(), entry.team(), apps(claims, entry)));
    };
  }

  /** A token may name some of the apps that its issuer may. */
  private static String apps(Claims claims, Entry entry) {
    return claims
        .apps()
        .map(named ->
            named.stream()
                .filter(app -> entry.apps().map(apps -> apps.contains(app)).orElse(true))
                .toList())
        .or(entry::apps)
        .map(apps -> apps.isEmpty() ? "none" : String.join(", ", apps))
        .orElse("all of the team");
  }
}
