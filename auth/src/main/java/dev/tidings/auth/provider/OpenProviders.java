package dev.tidings.auth.provider;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;

/** Mode {@code open}: whoever reaches the port may send to every app. */
public final class OpenProviders implements ProviderAuthenticator {
  /** The team of everybody. */
  public static final String TEAM = "open";

  private static final Decision<ProviderIdentity> EVERYBODY =
      new Decision.Accepted<>(new ProviderIdentity(TEAM, Apps.ALL));

  @Override
  public Decision<ProviderIdentity> authenticate(ProviderCredentials credentials) {
    return EVERYBODY;
  }
}
