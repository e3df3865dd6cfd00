package dev.tidings.net.tls;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server's key and certificate, given by the operator or issued by the development CA.
 *
 * @param chain the certificate chain, the server's certificate first
 */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final Logger log = LoggerFactory.getLogger(ServerIdentity.class);

  public ServerIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads the files that the settings name, or creates a development certificate if they name none.
   *
   * @param directory where the development CA is kept, or created at the first start
   * @param names names for the development certificate, besides this machine's own names
   * @throws ConfigException if only one file is named, or one cannot be read
   */
  public static ServerIdentity of(
      Config config, TlsSettings settings, Path directory, List<String> names, Instant now)
      throws IOException, GeneralSecurityException {
    Optional<Path> certificate = config.get(settings.certificate());
    Optional<Path> key = config.get(settings.key());
    if (certificate.isPresent() && key.isPresent()) {
      return read(settings, certificate.get(), key.get());
    }
    if (certificate.isPresent() || key.isPresent()) {
      throw ConfigException.of(
          certificate.isPresent() ? settings.key() : settings.certificate(),
          "",
          "both " + settings.certificate() + " and " + settings.key() + ", or neither");
    }
    return development(directory, names, now);
  }

  /**
   * Returns an identity issued by the development CA in a directory, which is created if there is
   * none.
   */
  public static ServerIdentity development(Path directory, List<String> names, Instant now)
      throws IOException, GeneralSecurityException {
    DevelopmentCa ca = DevelopmentCa.in(directory, now);
    log.info("development TLS: clients are to trust {}", ca.certificate());
    return ca.issue(names, now);
  }

  /**
   * Creates a JDK TLS context with this identity that requests no client certificate.
   *
   * <p>Netty's builder gives the same result, but goes through Bouncy Castle, which takes half a
   * second of processor time when a JVM does it for the first time.
   */
  public SSLContext context() throws GeneralSecurityException {
    try {
      // The key store exists only in memory, so it needs no slow key derivation as in PKCS#12.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      char[] noPassword = {};
      store.setKeyEntry("server", key, noPassword, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, noPassword);
      // No trusted authorities, because no client certificate is requested. By default the JDK
      // would load all authorities it knows, which adds a tenth of a second to a start.
      KeyStore nobody = KeyStore.getInstance("JKS");
      nobody.load(null, null);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(nobody);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new GeneralSecurityException("an empty key store can't be read", e);
    }
  }

  private static ServerIdentity read(TlsSettings settings, Path certificate, Path key) {
    try {
      return new ServerIdentity(PemFiles.key(key), PemFiles.certificates(certificate));
    } catch (IOException | GeneralSecurityException e) {
      throw ConfigException.of(
          settings.certificate(),
          certificate,
          "a PEM certificate chain, with its PKCS#8 key in " + settings.key() + ": " + e);
    }
  }
}
