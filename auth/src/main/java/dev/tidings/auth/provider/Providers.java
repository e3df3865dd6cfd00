package dev.tidings.auth.provider;

import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.provider.ProviderDecision.Accepted;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.auth.provider.VerifyingKey.Result;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides on whose behalf requests are made. Called on event loops, where it answers from memory;
 * only a token that was not seen before has its signature verified there, at most {@value
 * #VERIFICATIONS} each second in all. Beyond that the answer is {@link Reason#UNAVAILABLE}.
 * Thread-safe.
 */
public final class Providers {
  /** About a tenth of one core. */
  static final int VERIFICATIONS = 400;

  /**
   * Tokens each second, of all addresses together from which too many forged ones came: fewer than
   * the verifications of one key, so that they leave every key some.
   */
  static final int SUSPECTS = VerifyingKey.PER_SECOND / 2;

  /** What is in front of the ids of the two kinds of credentials. */
  static final String TOKEN_KEY = "key/";

  static final String API_KEY = "api-key/";

  /** The same of certificates, which no other process is told of. */
  static final String CERTIFICATE = "certificate/";

  private static final Refused UNKNOWN_KEY =
      new Refused(Reason.INVALID, "token (expected: one signed with a key of its team)");
  static final Refused OLD =
      new Refused(Reason.EXPIRED, "token's iat (expected: at most 3600 s ago)");
  static final Refused EARLY =
      new Refused(Reason.INVALID, "token's iat (expected: not in the future)");
  private static final Refused NOT_NOW =
      new Refused(Reason.UNAVAILABLE, "too many new tokens at once");
  static final Refused STARTING = new Refused(Reason.UNAVAILABLE, "the keys are still being read");

  private final ProviderDirectory directory;
  private final InstantSource clock;
  private final KnownKeys keys;
  private final ApiKeys apiKeys;
  private final Allowance verifications;
  private final Allowance suspects;
  private final RefusedAddresses addresses;
  private final ProviderOutcomes outcomes = new ProviderOutcomes();

  /**
   * @param addresses limits the forged tokens of each address
   * @param nanoTime for rates
   */
  public Providers(
      ProviderDirectory directory,
      RefusedAddresses addresses,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.directory = directory;
    this.clock = clock;
    this.keys = new KnownKeys(directory, clock, nanoTime);
    this.apiKeys = new ApiKeys(directory, clock);
    this.verifications = new Allowance(VERIFICATIONS, nanoTime);
    this.suspects = new Allowance(SUSPECTS, nanoTime);
    this.addresses = addresses;
  }

  /**
   * Returns the memory of a new connection.
   *
   * @param client the same number for all connections of one address
   */
  public ProviderConnection connection(long client) {
    return new ProviderConnection(this, client, null);
  }

  /**
   * Returns the memory of a new connection that has proved by a certificate who it is: its requests
   * of Apple's protocol need no token.
   *
   * @param client the same number for all connections of one address
   * @param certificate the client's own, as TLS has verified it
   * @param revoked which certificates are revoked; answers from memory
   */
  public ProviderConnection connection(
      long client, X509Certificate certificate, Predicate<X509Certificate> revoked) {
    return new ProviderConnection(
        this, client, new CertifiedProvider(directory, outcomes, certificate, revoked));
  }

  /** What was decided so far. */
  public ProviderOutcomes outcomes() {
    return outcomes;
  }

  /**
   * Returns the owner of a credential that another of our processes has checked.
   *
   * @param credential as in its {@link ProviderIdentity}
   */
  public Optional<ProviderIdentity> find(String credential) {
    if (credential.startsWith(API_KEY)) {
      return apiKeys.find(credential.substring(API_KEY.length()));
    }
    VerifyingKey key =
        credential.startsWith(TOKEN_KEY) ? key(credential.substring(TOKEN_KEY.length())) : null;
    return key == null ? Optional.empty() : Optional.of(key.accepted().identity());
  }

  @Nullable VerifyingKey key(String id) {
    return keys.find(id);
  }

  Instant now() {
    return clock.instant();
  }

  /** A token whose signature and times are right, or why it is refused. */
  sealed interface Verified {
    /** They are. */
    record Good(ProviderToken token, VerifyingKey key) implements Verified {}

    /** They are not. */
    record Bad(Refused refused) implements Verified {}
  }

  /**
   * Verifies a token, whatever connection it came on.
   *
   * @param client whose connection it is
   */
  Verified verify(String text, long client) {
    if (!directory.isComplete()) {
      return new Verified.Bad(STARTING);
    }
    ProviderToken token;
    try {
      token = ProviderToken.read(text);
    } catch (JoseException e) {
      return new Verified.Bad(new Refused(Reason.INVALID, e.text()));
    }
    VerifyingKey named = key(token.keyId());
    if (named == null && !directory.isComplete()) {
      return new Verified.Bad(STARTING);
    }
    VerifyingKey key = named != null && named.team().equals(token.team()) ? named : null;
    if (key != null && key.remembers(text)) {
      return timely(token, key);
    }
    // The same below for a key that exists and for one that does not: which it is is nobody's
    // business.
    if (addresses.isOverLimit(client) && !suspects.take()) {
      return new Verified.Bad(NOT_NOW);
    }
    Result result = key == null ? Result.FORGED : key.verify(text, token, verifications);
    if (key == null || result == Result.FORGED) {
      addresses.refused(client);
      return new Verified.Bad(UNKNOWN_KEY);
    }
    return result == Result.NOT_NOW ? new Verified.Bad(NOT_NOW) : timely(token, key);
  }

  private Verified timely(ProviderToken token, VerifyingKey key) {
    Instant now = now();
    if (token.isTooOld(now)) {
      return new Verified.Bad(OLD);
    }
    return token.isOfTheFuture(now) ? new Verified.Bad(EARLY) : new Verified.Good(token, key);
  }

  /** Checks what a REST request may have: a token, or an API key. */
  ProviderDecision bearer(String text, long client) {
    if (ApiKeys.isOne(text)) {
      ProviderDecision decision = apiKeys.check(text);
      // Asked last: the keys may be read again from now on, too.
      return directory.isComplete() ? decision : STARTING;
    }
    return switch (verify(text, client)) {
      case Verified.Good(ProviderToken _, VerifyingKey key) -> key.accepted();
      case Verified.Bad(Refused refused) -> refused;
    };
  }

  /**
   * Returns what is looked at again of a token, or an API key, that {@link #bearer} has accepted.
   */
  ProviderStanding standing(String text) {
    if (ApiKeys.isOne(text)) {
      ProviderStanding standing = apiKeys.standing(text);
      return () -> {
        ProviderDecision decision = standing.decide();
        return directory.isComplete() ? decision : STARTING;
      };
    }
    ProviderToken token;
    try {
      token = ProviderToken.read(text);
    } catch (JoseException e) {
      return () -> new Refused(Reason.INVALID, e.text());
    }
    String keyId = token.keyId();
    double issuedAt = token.issuedAt();
    VerifyingKey known = key(keyId);
    // Another one may have taken its place just now.
    VerifyingKey then = known != null && known.remembers(text) ? known : null;
    return () -> {
      VerifyingKey key = key(keyId);
      return again(issuedAt, key != null && then != null && key.verifiesAs(then) ? key : null);
    };
  }

  /** Decides about a token that was good before. */
  ProviderDecision again(ProviderToken token, @Nullable VerifyingKey key) {
    return again(token.issuedAt(), key);
  }

  private ProviderDecision again(double issuedAt, @Nullable VerifyingKey key) {
    if (!directory.isComplete()) {
      return STARTING;
    }
    if (key == null) {
      return UNKNOWN_KEY;
    }
    Accepted accepted = key.accepted();
    return ProviderToken.isTooOld(issuedAt, now()) ? OLD : accepted;
  }
}
