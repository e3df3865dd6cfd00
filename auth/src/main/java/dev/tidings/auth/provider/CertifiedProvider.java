package dev.tidings.auth.provider;

import dev.tidings.auth.provider.ProviderDecision.Accepted;
import dev.tidings.auth.provider.ProviderDecision.Reason;
import dev.tidings.auth.provider.ProviderDecision.Refused;
import dev.tidings.auth.provider.certificate.ProviderCertificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A provider whose connection has a client certificate. TLS has verified by whom it was issued; it
 * may expire or be revoked while the connection is open, and its app may get another team. Confined
 * to the connection's event loop.
 */
final class CertifiedProvider {
  private static final Refused NOT_VALID =
      new Refused(Reason.BAD_CERTIFICATE, "certificate (expected: one that is valid now)");
  private static final Refused REVOKED =
      new Refused(Reason.BAD_CERTIFICATE, "certificate (expected: one that is not revoked)");
  private static final Refused NO_APP =
      new Refused(Reason.BAD_CERTIFICATE, "certificate's UID (expected: an app that there is)");
  private static final Refused DEVELOPMENT =
      new Refused(
          Reason.CERTIFICATE_ENVIRONMENT,
          "certificate (expected: one that is not for development alone)");

  private final ProviderDirectory directory;
  private final ProviderOutcomes outcomes;
  private final X509Certificate certificate;
  private final Predicate<X509Certificate> revoked;
  private final @Nullable ProviderCertificate read;
  private final Refused unreadable;
  private @Nullable Accepted accepted;

  /**
   * @param outcomes where it counts that it was accepted
   * @param revoked answers from memory
   */
  CertifiedProvider(
      ProviderDirectory directory,
      ProviderOutcomes outcomes,
      X509Certificate certificate,
      Predicate<X509Certificate> revoked) {
    this.directory = directory;
    this.outcomes = outcomes;
    this.certificate = certificate;
    this.revoked = revoked;
    ProviderCertificate said = null;
    Refused why = NOT_VALID;
    try {
      said = ProviderCertificate.read(certificate);
    } catch (CertificateException e) {
      why = new Refused(Reason.BAD_CERTIFICATE, String.valueOf(e.getMessage()));
    }
    read = said;
    unreadable = why;
  }

  /** Decides about a request: the same decision as before if nothing has changed. */
  ProviderDecision decide(Instant now) {
    if (!directory.isComplete()) {
      return Providers.STARTING;
    }
    ProviderCertificate known = read;
    if (known == null) {
      return unreadable;
    }
    if (!known.isValidAt(now)) {
      return NOT_VALID;
    }
    if (revoked.test(certificate)) {
      return REVOKED;
    }
    if (known.isDevelopment()) {
      return DEVELOPMENT;
    }
    Optional<String> team = directory.team(known.topics().app());
    if (team.isEmpty()) {
      // Asked last: the entries may be read again from now on.
      return directory.isComplete() ? NO_APP : Providers.STARTING;
    }
    Accepted before = accepted;
    if (before != null && before.identity().team().equals(team.get())) {
      return before;
    }
    Accepted anew = new Accepted(ProviderIdentity.of(directory, team.get(), known));
    accepted = anew;
    outcomes.count(anew);
    return anew;
  }
}
