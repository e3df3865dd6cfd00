package dev.tidings.ingest;

import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.net.tls.pem.PemCertificates;
import dev.tidings.net.tls.pem.PemKeys;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A server's certificate of a test; it has issued itself, so clients trust {@code ca.pem}. */
final class TestCertificate {
  private TestCertificate() {}

  /** Makes one in a directory, unless there is one. */
  static ServerIdentity in(Path directory) throws Exception {
    Path certificate = directory.resolve("ca.pem");
    Path key = directory.resolve("ca.key");
    if (!Files.exists(certificate)) {
      X509Bundle made =
          new CertificateBuilder()
              .ecp256()
              .subject("CN=server")
              .addSanDnsName("localhost")
              .addSanIpAddress("127.0.0.1")
              .addSanIpAddress("::1")
              .setIsCertificateAuthority(true)
              .buildSelfSigned();
      Files.createDirectories(directory);
      Files.writeString(key, made.getPrivateKeyPEM());
      Files.writeString(certificate, made.getCertificatePEM());
    }
    return new ServerIdentity(PemKeys.read(key), PemCertificates.read(certificate));
  }

  /** The settings of a service that has the one in a directory. */
  static Map<String, String> settings(Path directory) throws Exception {
    ServerIdentity _ = in(directory);
    return Map.of(
        "tls.certificate", directory.resolve("ca.pem").toString(),
        "tls.key", directory.resolve("ca.key").toString());
  }
}
