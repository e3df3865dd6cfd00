package dev.tidings.auth.admin;

import dev.tidings.auth.Decision;
import dev.tidings.auth.Decision.Accepted;
import dev.tidings.auth.Decision.Refused;
import dev.tidings.auth.HashedSecret;
import dev.tidings.auth.RefusalReason;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Mode {@code credentials}: bearer credentials, {@code tad_<id>_<secret>}, of each of which only a
 * hash is known. The answer is the same to one that is malformed, unknown, wrong, expired or
 * revoked.
 */
public final class AdministratorCredentials implements AdministratorAuthenticator {
  private static final String SCHEME = "Bearer ";
  private static final String PREFIX = "tad_";
  private static final String EXPECTED = " (expected: Authorization: Bearer tad_…)";
  private static final Decision<Administrator> MISSING =
      new Refused<>(RefusalReason.MISSING, "no credential" + EXPECTED);
  private static final Decision<Administrator> WRONG =
      new Refused<>(RefusalReason.INVALID, "no valid credential" + EXPECTED);
  private static final Decision<Administrator> NOT_YET =
      new Refused<>(RefusalReason.UNAVAILABLE, "the administrators are still being read");

  private final AdministratorDirectory directory;
  private final InstantSource clock;

  public AdministratorCredentials(AdministratorDirectory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  public Decision<Administrator> authenticate(@Nullable String authorization) {
    if (authorization == null) {
      return MISSING;
    }
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return WRONG;
    }
    Optional<HashedSecret> secret =
        HashedSecret.read(PREFIX, authorization.substring(SCHEME.length()).strip());
    if (secret.isEmpty()) {
      return WRONG;
    }
    Optional<AdministratorDirectory.Credential> known = directory.credential(secret.get().id());
    boolean matches = secret.get().matches(known.map(AdministratorDirectory.Credential::hash));
    Optional<AdministratorDirectory.Credential> valid = known.filter(this::isValid);
    if (matches && valid.isPresent()) {
      return new Accepted<>(new Administrator(secret.get().id(), valid.get().role()));
    }
    // Also to a known one: the answer does not tell which there are.
    return directory.isComplete() ? WRONG : NOT_YET;
  }

  private boolean isValid(AdministratorDirectory.Credential credential) {
    return credential.notAfter().filter(end -> !clock.instant().isBefore(end)).isEmpty();
  }
}
