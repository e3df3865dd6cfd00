package dev.tidings.auth.provider;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.auth.provider.Providers.Verified;
import org.jspecify.annotations.Nullable;

/**
 * The proofs that one connection has given so far. A token is verified when it comes for the first
 * time; from then on only its age and its key are looked at. Confined to the connection's event
 * loop.
 */
public final class ProviderConnection {
  /** Refused credentials after which a connection is closed: each may cost a verification. */
  static final int MAX_REFUSED = 10;

  /**
   * Refused credentials after which nothing more is checked for a connection. Of those that are on
   * their way when it is to be closed, so many are told the truth: the other answer is to come
   * again, which helps nobody whose credentials are bad.
   */
  static final int MAX_CHECKED = 2 * MAX_REFUSED;

  private static final String SCHEME = "bearer";

  private static final Refused NONE =
      new Refused(Reason.MISSING, "authorization (expected: bearer and a token)");
  private static final Refused CLOSING =
      new Refused(Reason.UNAVAILABLE, "too many refused credentials on this connection");
  private static final Refused OTHER_TEAM =
      new Refused(Reason.INVALID, "token's iss (expected: the team of this connection)");
  private static final Refused UNRELATED =
      new Refused(Reason.UNRELATED_KEY, "token's kid (expected: a key for the same apps)");
  private static final Refused TOO_SOON =
      new Refused(Reason.TOO_MANY_UPDATES, "token's iat (expected: 20 minutes after the last's)");

  /**
   * The token in force, as it came: the newest of those that were accepted, as long as its key is
   * the same.
   */
  private record Current(String authorization, ProviderToken token, VerifyingKey key) {}

  private final Providers providers;
  private final long client;
  private final @Nullable CertifiedProvider certified;
  private @Nullable Current current;
  private int refused;

  /**
   * @param certified the owner of the connection's certificate; null if there is none
   */
  ProviderConnection(Providers providers, long client, @Nullable CertifiedProvider certified) {
    this.providers = providers;
    this.client = client;
    this.certified = certified;
  }

  /**
   * Returns whether the connection has to be closed: too many of its credentials were refused. A
   * client may go on using it until it is.
   */
  public boolean isExhausted() {
    return refused >= MAX_REFUSED;
  }

  private boolean isUnchecked() {
    return refused >= MAX_CHECKED;
  }

  /**
   * Checks a request of Apple's protocol: a token, one team for each connection, and updates that
   * are not too frequent. On a connection with a certificate that is what counts, and whatever the
   * header says is ignored.
   *
   * @param authorization the header, if there is one
   */
  public ProviderDecision push(@Nullable String authorization) {
    if (certified != null) {
      return certified(certified);
    }
    Current known = current;
    if (known != null && known.authorization().equals(authorization)) {
      VerifyingKey key = providers.key(known.token().keyId());
      if (key == null || key.verifiesAs(known.key())) {
        return again(known, key);
      }
      // The key's id has another key now.
    }
    if (isUnchecked()) {
      return CLOSING;
    }
    return counted(authorization == null ? NONE : first(authorization));
  }

  /**
   * Checks a request of the REST interface: a token or an API key, whatever came before.
   *
   * @param authorization the header, if there is one
   */
  public ProviderDecision rest(@Nullable String authorization) {
    if (isUnchecked()) {
      return CLOSING;
    }
    String text = authorization == null ? "" : bearer(authorization);
    return counted(text.isEmpty() ? NONE : providers.bearer(text, client));
  }

  /**
   * Returns what is looked at again of a request of the REST interface that was accepted, while it
   * goes on.
   *
   * @param authorization the header
   */
  public ProviderStanding standing(String authorization) {
    return providers.standing(bearer(authorization));
  }

  private ProviderDecision certified(CertifiedProvider provider) {
    if (isUnchecked()) {
      return CLOSING;
    }
    ProviderDecision decision = provider.decide(providers.now());
    return decision instanceof Refused ? counted(decision) : decision;
  }

  private ProviderDecision again(Current known, @Nullable VerifyingKey key) {
    ProviderDecision decision = providers.again(known.token(), key);
    if (decision instanceof Refused) {
      providers.outcomes().count(decision);
    } else if (key != null && key != known.key()) {
      // Its entry has changed: it may have other apps now.
      current = new Current(known.authorization(), known.token(), key);
    }
    return decision;
  }

  private ProviderDecision first(String authorization) {
    String text = bearer(authorization);
    if (text.isEmpty()) {
      return NONE;
    }
    return switch (providers.verify(text, client)) {
      case Verified.Bad(Refused why) -> why;
      case Verified.Good(ProviderToken token, VerifyingKey key) -> {
        if (current != null && !current.token().team().equals(token.team())) {
          yield OTHER_TEAM;
        }
        Current before = inForce();
        Refused why = before == null ? null : contradiction(before, token, key);
        if (why != null) {
          yield why;
        }
        if (before == null || !token.isOlderThan(before.token())) {
          current = new Current(authorization, token, key);
        }
        yield key.accepted();
      }
    };
  }

  /** Returns the token in force with its key as it is now; null if that is no more. */
  private @Nullable Current inForce() {
    Current known = current;
    VerifyingKey key = known == null ? null : providers.key(known.token().keyId());
    return known == null || key == null || !key.verifiesAs(known.key())
        ? null
        : new Current(known.authorization(), known.token(), key);
  }

  private static @Nullable Refused contradiction(
      Current before, ProviderToken token, VerifyingKey key) {
    if (token.isSame(before.token())) {
      return null;
    }
    if (!token.keyId().equals(before.token().keyId()) && !key.isRelatedTo(before.key())) {
      return UNRELATED;
    }
    return token.isTooSoonAfter(before.token()) ? TOO_SOON : null;
  }

  private ProviderDecision counted(ProviderDecision decision) {
    providers.outcomes().count(decision);
    if (decision instanceof Refused(Reason reason, String _)
        && reason != Reason.MISSING
        && reason != Reason.UNAVAILABLE) {
      refused++;
    }
    return decision;
  }

  /** Returns what follows the scheme; empty if it is another one, or nothing follows. */
  private static String bearer(String authorization) {
    int end = SCHEME.length();
    boolean isBearer =
        authorization.length() > end
            && authorization.regionMatches(true, 0, SCHEME, 0, end)
            && authorization.charAt(end) == ' ';
    return isBearer ? authorization.substring(end + 1).strip() : "";
  }
}
