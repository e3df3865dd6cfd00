package dev.tidings.net.tls;

import dev.tidings.service.files.PrivateFile;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private certificate authority for development: created at the first start, kept in a directory
 * for a year at most, trusted by clients that are given {@code ca.pem}. The server's certificate is
 * created at each start and never leaves memory, so its names can change and it does not expire.
 */
final class DevelopmentCa {
  private static final Logger log = LoggerFactory.getLogger(DevelopmentCa.class);
  private static final Duration CA_LIFE = Duration.ofDays(365);

  /**
   * A CA that expires within this time is replaced, so that no certificate expires before a
   * restart.
   */
  private static final Duration RENEWED_BEFORE = Duration.ofDays(60);

  private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);
  private static final List<String> LOCAL_NAMES = List.of("localhost");
  private static final List<String> LOCAL_ADDRESSES = List.of("127.0.0.1", "::1");

  private final X509Bundle authority;
  private final Path certificate;

  private DevelopmentCa(X509Bundle authority, Path certificate) {
    this.authority = authority;
    this.certificate = certificate;
  }

  /**
   * Loads the CA from a directory, or creates one there: {@code ca.pem} for clients, {@code ca.key}
   * for its owner alone.
   */
  static DevelopmentCa in(Path directory, Instant now)
      throws IOException, GeneralSecurityException {
    Path certificate = directory.resolve("ca.pem");
    Path key = directory.resolve("ca.key");
    Optional<X509Bundle> kept = kept(certificate, key, now);
    if (kept.isPresent()) {
      return new DevelopmentCa(kept.get(), certificate);
    }
    X509Bundle made = make(now);
    PrivateFile.write(key, made.getPrivateKeyPEM());
    PrivateFile.write(certificate, made.getRootCertificatePEM());
    return new DevelopmentCa(load(certificate, key), certificate);
  }

  /**
   * Returns the CA of an earlier start; empty if there is none, it expires soon, or a file is
   * damaged.
   */
  private static Optional<X509Bundle> kept(Path certificate, Path key, Instant now) {
    if (!Files.exists(key) || !Files.exists(certificate)) {
      return Optional.empty();
    }
    try {
      X509Bundle kept = load(certificate, key);
      Instant end = kept.getCertificate().getNotAfter().toInstant();
      if (end.isBefore(now.plus(RENEWED_BEFORE))
          || end.isAfter(now.plus(CA_LIFE).plus(CLOCKS_DIFFER))) {
        log.warn(
            "development TLS: {} is valid until {}, a new CA is made, which clients have to trust",
            certificate,
            end);
        return Optional.empty();
      }
      return Optional.of(kept);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      log.warn(
          "development TLS: {} or {} is damaged, a new CA is made, which clients have to trust: {}",
          certificate,
          key,
          e.toString());
      return Optional.empty();
    }
  }

  /** Returns the file of the certificate that clients must trust. */
  Path certificate() {
    return certificate;
  }

  /** Creates a certificate for this machine's own names and the given ones. */
  ServerIdentity issue(List<String> names, Instant now) throws GeneralSecurityException {
    CertificateBuilder builder =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=Tidings development server")
            .notBefore(now.minus(CLOCKS_DIFFER))
            .notAfter(authority.getCertificate().getNotAfter().toInstant())
            .addExtendedKeyUsageServerAuth();
    LOCAL_NAMES.forEach(builder::addSanDnsName);
    LOCAL_ADDRESSES.forEach(builder::addSanIpAddress);
    for (String name : names) {
      if (isAddress(name)) {
        builder.addSanIpAddress(name);
      } else {
        builder.addSanDnsName(name);
      }
    }
    try {
      X509Bundle issued = builder.buildIssuedBy(authority);
      return new ServerIdentity(
          issued.getKeyPair().getPrivate(), List.of(issued.getCertificatePath()));
    } catch (Exception e) {
      throw new GeneralSecurityException("no development certificate for " + names, e);
    }
  }

  private static boolean isAddress(String name) {
    return name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
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
          .setKeyUsage(
              true, CertificateBuilder.KeyUsage.keyCertSign, CertificateBuilder.KeyUsage.cRLSign)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new GeneralSecurityException("no development CA", e);
    }
  }

  private static X509Bundle load(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    X509Certificate root = PemFiles.certificates(certificate).getFirst();
    PrivateKey secret = PemFiles.key(key);
    return X509Bundle.fromRootCertificateAuthority(root, new KeyPair(root.getPublicKey(), secret));
  }
}
