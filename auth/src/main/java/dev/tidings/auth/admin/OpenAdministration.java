package dev.tidings.auth.admin;

import dev.tidings.auth.Decision;
import org.jspecify.annotations.Nullable;

/** Mode {@code open}: whoever reaches the port administers. For a port on loopback alone. */
public final class OpenAdministration implements AdministratorAuthenticator {
  private static final Decision<Administrator> EVERYBODY =
      new Decision.Accepted<>(new Administrator("open", AdministratorRole.ADMIN));

  @Override
  public Decision<Administrator> authenticate(@Nullable String authorization) {
    return EVERYBODY;
  }
}
