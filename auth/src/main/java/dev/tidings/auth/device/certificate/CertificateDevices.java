package dev.tidings.auth.device.certificate;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.Outcomes;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Mode {@code mtls}: a device is the one that its certificate names, until the certificate ends.
 * That an authority has issued it, and that the device has its key, was shown in the TLS handshake.
 * Answers at once.
 */
public final class CertificateDevices implements DeviceAuthenticator {
  private static final String EXPECTED =
      "(expected: one with a single common name, or a single URI " + SerialName.PREFIX + "SERIAL)";

  private final InstantSource clock;
  private final Outcomes outcomes = new Outcomes();

  public CertificateDevices(InstantSource clock) {
    this.clock = clock;
  }

  /** Returns how often each decision was made. */
  public Outcomes outcomes() {
    return outcomes;
  }

  @Override
  public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
    Decision<DeviceIdentity> decision =
        credentials.certificates().isEmpty()
            ? refused(
                RefusalReason.MISSING,
                "certificate: none (expected: one, in the handshake of a port with TLS)")
            : decide(credentials.serial(), credentials.certificates().getFirst());
    outcomes.count(decision);
    return CompletableFuture.completedFuture(decision);
  }

  private Decision<DeviceIdentity> decide(String serial, X509Certificate certificate) {
    Instant now = clock.instant();
    Instant end = certificate.getNotAfter().toInstant();
    // The handshake may be older than this CONNECT, and may have resumed an older session.
    if (!now.isBefore(end)) {
      return refused(RefusalReason.EXPIRED, "certificate: expired");
    }
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return refused(RefusalReason.INVALID, "certificate: not valid yet");
    }
    Optional<String> named;
    try {
      named = SerialName.of(certificate);
    } catch (CertificateParsingException e) {
      return refused(RefusalReason.INVALID, "certificate: its names cannot be read " + EXPECTED);
    }
    if (named.isEmpty()) {
      return refused(RefusalReason.INVALID, "certificate: names no device " + EXPECTED);
    }
    return named.get().equals(serial)
        ? new Decision.Accepted<>(new DeviceIdentity(serial, Optional.empty(), Apps.ALL, end))
        : refused(RefusalReason.NOT_AUTHORIZED, "certificate: of another device");
  }

  private static Decision<DeviceIdentity> refused(RefusalReason reason, String detail) {
    return new Decision.Refused<>(reason, detail);
  }
}
