package dev.tidings.ingest;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Whoever issues the certificates of ingest nodes. */
public final class PeerAuthority {
  private final X509Bundle self;
  private final Path directory;

  public PeerAuthority(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    self =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=ingest nodes")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Files.writeString(directory.resolve("ca.pem"), self.getCertificatePEM());
  }

  /** The file with its own certificate. */
  public Path file() {
    return directory.resolve("ca.pem");
  }

  /** Issues a certificate, and returns the settings of a node that has it. */
  public Map<String, String> settings(String name) throws Exception {
    return settings(name, Duration.ofDays(1));
  }

  /**
   * Issues one that ends.
   *
   * @param life how long from now; may be over
   */
  public Map<String, String> settings(String name, Duration life) throws Exception {
    Instant now = Instant.now();
    X509Bundle made =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .addSanDnsName(name + ".nodes.example")
            .addExtendedKeyUsageServerAuth()
            .addExtendedKeyUsageClientAuth()
            .notBefore(now.minus(Duration.ofDays(2)))
            .notAfter(now.plus(life))
            .buildIssuedBy(self);
    Path certificate = directory.resolve(name + ".pem");
    Path key = directory.resolve(name + ".key");
    Files.writeString(key, made.getPrivateKeyPEM());
    Files.writeString(certificate, made.getCertificatePEM());
    return Map.of(
        "peers.tls.certificate", certificate.toString(),
        "peers.tls.key", key.toString(),
        "peers.tls.ca", file().toString(),
        "peers.port", "0");
  }
}
