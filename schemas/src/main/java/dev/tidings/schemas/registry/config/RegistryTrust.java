package dev.tidings.schemas.registry.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;

/**
 * The authorities that may have issued a registry's certificate: those in a file, in PEM or a key
 * store (PKCS #12, JKS), and no others.
 */
final class RegistryTrust {
  static final String FILE = "schema.registry.ssl.truststore.location";
  static final String PASSWORD = "schema.registry.ssl.truststore.password";
  private static final String EXPECTED =
      "expected: a file with certificates of authorities, in PEM, PKCS #12 or JKS: ";
  private static final String PEM = "-----BEGIN ";

  private RegistryTrust() {}

  /** Reads the file. */
  static SSLContext of(String file, String password) {
    try {
      KeyStore authorities = read(Path.of(file), password);
      if (authorities.size() == 0) {
        throw new GeneralSecurityException("no certificate");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException | InvalidPathException e) {
      throw new ConfigException(FILE, file, EXPECTED + e);
    }
  }

  private static KeyStore read(Path file, String password)
      throws IOException, GeneralSecurityException {
    byte[] contents = Files.readAllBytes(file);
    if (!new String(contents, StandardCharsets.ISO_8859_1).contains(PEM)) {
      return KeyStore.getInstance(
          file.toFile(), password.isEmpty() ? null : password.toCharArray());
    }
    KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    for (Certificate each :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(contents))) {
      authorities.setCertificateEntry("authority-" + authorities.size(), each);
    }
    return authorities;
  }
}
