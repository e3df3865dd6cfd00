package dev.tidings.ingest.limit;

import dev.tidings.auth.provider.ProviderIdentity;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a provider may send one more. A request counts for its address, its credential
 * and its team as soon as that credential is good, whatever else is wrong with it; a notification
 * counts for its app and its token once it is known to be genuine. What one limit refuses counts
 * for no other. Called on event loops, before a body is kept. Thread-safe.
 */
public final class SendLimits {
  private static final int TEAMS = 4_096;
  private static final int KEYS = 16_384;
  private static final int APPS = 16_384;
  private static final int TOKENS = 65_536;
  private static final int ADDRESSES = 16_384;

  private final LimitRules rules;
  private final KeyedLimit teams;
  private final KeyedLimit keys;
  private final KeyedLimit apps;
  private final KeyedLimit tokens;
  private final KeyedLimit addresses;
  private final Map<LimitKind, KeyedLimit> all = new EnumMap<>(LimitKind.class);

  /**
   * @param rules may change at any time
   */
  public SendLimits(LimitRules rules, LongSupplier nanoTime) {
    this.rules = rules;
    this.teams = add(LimitKind.TEAM, TEAMS, nanoTime);
    this.keys = add(LimitKind.KEY, KEYS, nanoTime);
    this.apps = add(LimitKind.APP, APPS, nanoTime);
    this.tokens = add(LimitKind.TOKEN, TOKENS, nanoTime);
    this.addresses = add(LimitKind.ADDRESS, ADDRESSES, nanoTime);
  }

  private KeyedLimit add(LimitKind kind, int size, LongSupplier nanoTime) {
    KeyedLimit added = new KeyedLimit(kind, size, nanoTime);
    all.put(kind, added);
    return added;
  }

  /** Returns limits that nothing exceeds. */
  public static SendLimits none() {
    return new SendLimits(LimitRules.Fixed.NONE, System::nanoTime);
  }

  /**
   * Counts a request.
   *
   * @param provider on whose behalf it is made; null if nobody has to prove that
   * @param address the number of its client's address
   * @return the limit that it exceeds; null if it may go on
   */
  public @Nullable Exceeded request(@Nullable ProviderIdentity provider, long address) {
    Exceeded exceeded = addresses.take(address, rules.address());
    if (exceeded != null || provider == null) {
      return exceeded;
    }
    exceeded = keys.take(provider.credential(), rules.key());
    if (exceeded == null) {
      exceeded = teams.take(provider.team(), rules.team(provider.team()));
      if (exceeded != null) {
        keys.giveBack(provider.credential(), rules.key());
      }
    }
    if (exceeded != null) {
      addresses.giveBack(address, rules.address());
    }
    return exceeded;
  }

  /**
   * Counts the notification of a request that was counted.
   *
   * @param app that the token belongs to
   * @param token a genuine one
   * @return the limit that it exceeds; null if it may go on
   */
  public @Nullable Exceeded notification(
      @Nullable ProviderIdentity provider, long address, String app, String token) {
    Exceeded exceeded = apps.take(app, rules.app(app));
    if (exceeded == null) {
      exceeded = tokens.take(token, rules.token());
      if (exceeded != null) {
        apps.giveBack(app, rules.app(app));
      }
    }
    if (exceeded != null) {
      giveBack(provider, address);
    }
    return exceeded;
  }

  /**
   * Counts the broadcast of a request that was counted.
   *
   * @return the limit that it exceeds; null if it may go on
   */
  public @Nullable Exceeded broadcast(
      @Nullable ProviderIdentity provider, long address, String app) {
    Exceeded exceeded = apps.take(app, rules.app(app));
    if (exceeded != null) {
      giveBack(provider, address);
    }
    return exceeded;
  }

  /** Gives back what a request was counted for. */
  private void giveBack(@Nullable ProviderIdentity provider, long address) {
    addresses.giveBack(address, rules.address());
    if (provider != null) {
      keys.giveBack(provider.credential(), rules.key());
      teams.giveBack(provider.team(), rules.team(provider.team()));
    }
  }

  /** Returns how many were refused. */
  public long refused(LimitKind kind) {
    return limit(kind).refused();
  }

  /** Returns how many buckets are remembered because they are not full. */
  public int used(LimitKind kind) {
    return limit(kind).used();
  }

  /** Returns how many buckets were forgotten although they were not full. */
  public long forgotten(LimitKind kind) {
    return limit(kind).forgotten();
  }

  private KeyedLimit limit(LimitKind kind) {
    KeyedLimit found = all.get(kind);
    if (found == null) {
      throw new AssertionError(kind);
    }
    return found;
  }
}
