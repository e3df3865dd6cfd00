package dev.tidings.infra.certs;

import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.net.tls.pem.PemCertificates;
import dev.tidings.net.tls.pem.PemKeys;
import dev.tidings.service.files.PrivateFile;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One CA and one server certificate for all services of a local stack, in files that only this user
 * can read.
 *
 * @param ca the CA's certificate, for clients to trust
 * @param certificate the servers' certificate
 * @param key its key
 * @param names the names and addresses that the certificate is for
 * @param until when the CA and the certificate expire
 */
public record StackCertificates(
    Path ca, Path certificate, Path key, Set<String> names, Instant until) {

  /**
   * Returns the certificates in a directory. They are created if there are none, and replaced if
   * they are damaged or expire within 60 days; the server's also if a name is missing, with the
   * names that it had.
   *
   * @param names names and addresses of servers, besides this machine's own
   * @throws IllegalArgumentException if one is neither
   */
  public static StackCertificates in(Path directory, Collection<String> names, Instant now)
      throws IOException, GeneralSecurityException {
    Path ca = directory.resolve("ca.pem");
    Path certificate = directory.resolve("server.pem");
    Path key = directory.resolve("server.key");
    Set<String> wanted = ServerNames.of(names);
    DevelopmentCa authority = DevelopmentCa.in(ca, directory.resolve("ca.key"), now);
    Optional<X509Certificate> kept = kept(certificate);
    if (kept.isPresent()) {
      wanted.addAll(ServerNames.in(kept.get()));
    }
    if (kept.isEmpty()
        || !isIssuedBy(authority, kept.get())
        || !isKeyOf(kept.get(), key)
        || !ServerNames.in(kept.get()).containsAll(wanted)) {
      X509Bundle issued = authority.issue(wanted, now);
      PrivateFile.write(key, issued.getPrivateKeyPEM());
      PrivateFile.write(certificate, issued.getCertificatePathPEM());
    }
    return new StackCertificates(
        ca, certificate, key, wanted, authority.certificate().getNotAfter().toInstant());
  }

  private static Optional<X509Certificate> kept(Path certificate) throws IOException {
    if (!Files.exists(certificate)) {
      return Optional.empty();
    }
    try {
      return Optional.of(PemCertificates.read(certificate).getFirst());
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static boolean isIssuedBy(DevelopmentCa authority, X509Certificate certificate) {
    try {
      certificate.verify(authority.certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean isKeyOf(X509Certificate certificate, Path key) throws IOException {
    if (!Files.exists(key)) {
      return false;
    }
    try {
      return new ServerIdentity(PemKeys.read(key), List.of(certificate)).isPair();
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
