package dev.tidings.infra.certs;

import dev.tidings.net.tls.pem.PemCertificates;
import dev.tidings.net.tls.pem.PemKeys;
import dev.tidings.service.files.PrivateFile;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A private certificate authority for development, kept in a directory for a year at most: {@code
 * ca.pem} for clients to trust, {@code ca.key} for its owner alone.
 */
final class DevelopmentCa {
  /** Nothing issued is used for so long that it could expire before the next start. */
  static final Duration RENEWED_BEFORE = Duration.ofDays(60);

  private static final Duration CA_LIFE = Duration.ofDays(365);
  private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

  private final X509Bundle authority;

  private DevelopmentCa(X509Bundle authority) {
    this.authority = authority;
  }

  /** Loads the CA from its files, or creates them if one is missing, damaged, or expires soon. */
  static DevelopmentCa in(Path certificate, Path key, Instant now)
      throws IOException, GeneralSecurityException {
    Optional<X509Bundle> kept = kept(certificate, key, now);
    if (kept.isPresent()) {
      return new DevelopmentCa(kept.get());
    }
    X509Bundle made = make(now);
    PrivateFile.write(key, made.getPrivateKeyPEM());
    PrivateFile.write(certificate, made.getRootCertificatePEM());
    return new DevelopmentCa(made);
  }

  private static Optional<X509Bundle> kept(Path certificate, Path key, Instant now)
      throws IOException {
    if (!Files.exists(key) || !Files.exists(certificate)) {
      return Optional.empty();
    }
    try {
      X509Certificate root = PemCertificates.read(certificate).getFirst();
      Instant end = root.getNotAfter().toInstant();
      if (end.isBefore(now.plus(RENEWED_BEFORE))
          || end.isAfter(now.plus(CA_LIFE).plus(CLOCKS_DIFFER))) {
        return Optional.empty();
      }
      KeyPair keys = new KeyPair(root.getPublicKey(), PemKeys.read(key));
      return Optional.of(X509Bundle.fromRootCertificateAuthority(root, keys));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static X509Bundle make(Instant now) throws GeneralSecurityException {
    try {
      return new CertificateBuilder()
          .ecp256()
          .subject("CN=Tidings development CA")
          .notBefore(now.minus(CLOCKS_DIFFER))
          .notAfter(now.plus(CA_LIFE))
          .setIsCertificateAuthority(true)
          // Path length 0: a stolen key can issue server certificates, but no intermediate
          // authorities.
          .setPathLengthConstraint(OptionalInt.of(0))
          .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new GeneralSecurityException("no development CA could be made", e);
    }
  }

  /** Returns the certificate that clients trust. */
  X509Certificate certificate() {
    return authority.getCertificate();
  }

  /** Issues a server's certificate, which lasts as long as the CA. */
  X509Bundle issue(Set<String> names, Instant now) throws GeneralSecurityException {
    CertificateBuilder builder =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Tidings development server")
            .notBefore(now.minus(CLOCKS_DIFFER))
            .notAfter(certificate().getNotAfter().toInstant())
            .addExtendedKeyUsageServerAuth();
    for (String name : names) {
      if (ServerNames.isAddress(name)) {
        builder.addSanIpAddress(name);
      } else {
        builder.addSanDnsName(name);
      }
    }
    try {
      return builder.buildIssuedBy(authority);
    } catch (Exception e) {
      throw new GeneralSecurityException("no certificate could be issued for " + names, e);
    }
  }
}
