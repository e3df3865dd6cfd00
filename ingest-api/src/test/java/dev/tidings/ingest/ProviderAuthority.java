package dev.tidings.ingest;

import dev.tidings.net.tls.pem.PemCertificates;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.RevocationServer;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whoever issues providers' certificates: of the operator, and in the shape of Apple's. */
final class ProviderAuthority {
  private static final String TOPICS = "1.2.840.113635.100.6.3.6";
  private static final String DEVELOPMENT = "1.2.840.113635.100.6.3.1";
  private static final char[] PASSWORD = "password".toCharArray();

  private final X509Bundle self;
  private final Path directory;

  ProviderAuthority(Path directory) throws Exception {
    this.directory = Files.createDirectories(directory);
    self =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=providers")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    RevocationServer.getInstance().register(self);
  }

  static CertificateBuilder certificate(String subject) {
    return new CertificateBuilder().ecp256().subject(subject).addExtendedKeyUsageClientAuth();
  }

  static CertificateBuilder development(String subject) {
    return certificate(subject).addExtensionOctetString(DEVELOPMENT, false, new byte[] {5, 0});
  }

  static CertificateBuilder listing(String subject, String... topics) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String topic : topics) {
      all.writeBytes(tagged(0x0c, topic.getBytes(StandardCharsets.UTF_8)));
      all.writeBytes(tagged(0x30, tagged(0x0c, "app".getBytes(StandardCharsets.UTF_8))));
    }
    return certificate(subject)
        .addExtensionOctetString(TOPICS, false, tagged(0x30, all.toByteArray()));
  }

  /** Short contents alone, whose length takes one byte. */
  private static byte[] tagged(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  X509Bundle issue(CertificateBuilder builder) throws Exception {
    return builder.buildIssuedBy(self);
  }

  /** The settings of a service, before which this certificate was revoked. */
  Map<String, String> settings(X509Bundle revoked) throws Exception {
    RevocationServer.getInstance().revoke(revoked, Instant.now());
    Path list = directory.resolve("revoked.crl");
    try (InputStream in = RevocationServer.getInstance().getCrlUri(self).toURL().openStream()) {
      Files.write(list, in.readAllBytes());
    }
    Path authority =
        Files.writeString(directory.resolve("authority.pem"), self.getCertificatePEM());
    return Map.of(
        "auth.providers", "keys",
        "auth.providers.certificates", "true",
        "auth.providers.certificates.crl", list.toString(),
        "tls.client.auth", "want",
        "tls.client.ca", authority.toString());
  }

  /**
   * A provider that has a certificate.
   *
   * @param server the server's certificate, in PEM
   */
  static HttpClient client(X509Bundle certificate, Path server) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(certificate.toKeyStore(PASSWORD), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust(server).getTrustManagers(), null);
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).sslContext(context).build();
  }

  private static TrustManagerFactory trust(Path server) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("server", PemCertificates.read(server).getFirst());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }
}
