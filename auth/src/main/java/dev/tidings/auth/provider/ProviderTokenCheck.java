package dev.tidings.auth.provider;

import dev.tidings.auth.TokenVerdict;
import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.VerificationKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Says to administrators whether a provider's token would be accepted. Unlike {@link Providers} it
 * tells an unknown key from a wrong signature, remembers nothing and counts nothing; that a
 * connection may take another token than the one before is looked at there. Thread-safe.
 */
public final class ProviderTokenCheck {
  private final ProviderDirectory directory;
  private final InstantSource clock;

  public ProviderTokenCheck(ProviderDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Checks one, as it is sent in {@code authorization: bearer}. */
  public TokenVerdict check(String text) {
    if (!directory.isComplete()) {
      return new TokenVerdict.Undecided(Providers.STARTING.detail());
    }
    try {
      return check(ProviderToken.read(text));
    } catch (JoseException e) {
      return new TokenVerdict.Refused(e.text());
    }
  }

  private TokenVerdict check(ProviderToken token) throws JoseException {
    Optional<ProviderDirectory.Key> found = directory.key(token.keyId());
    if (found.isEmpty()) {
      // Asked last: the keys may be read again from now on.
      return directory.isComplete()
          ? new TokenVerdict.Refused(
              "token's kid (expected: a key that is entered; revoked ones" + " are gone)")
          : new TokenVerdict.Undecided(Providers.STARTING.detail());
    }
    ProviderDirectory.Key key = found.get();
    Instant now = clock.instant();
    if (key.notAfter().filter(end -> !now.isBefore(end)).isPresent()) {
      return new TokenVerdict.Refused("token's kid (expected: a key that has not expired)");
    }
    if (!key.team().equals(token.team())) {
      return new TokenVerdict.Refused("token's iss (expected: the team of its key)");
    }
    byte[] encoded = new byte[key.publicKey().remaining()];
    key.publicKey().duplicate().get(encoded);
    if (!VerificationKey.es256(token.keyId(), encoded).verifies(token.jws())) {
      return new TokenVerdict.Refused("token's signature (expected: one of its kid's key)");
    }
    if (token.isTooOld(now)) {
      return new TokenVerdict.Refused(Providers.OLD.detail());
    }
    if (token.isOfTheFuture(now)) {
      return new TokenVerdict.Refused(Providers.EARLY.detail());
    }
    return new TokenVerdict.Accepted(
        "team %s, apps %s"
            .formatted(key.team(), key.apps().map(apps -> String.join(", ", apps)).orElse("all")));
  }
}
