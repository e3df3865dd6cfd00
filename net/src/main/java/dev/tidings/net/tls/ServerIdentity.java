package dev.tidings.net.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A server's key and certificate.
 *
 * @param chain the certificate chain, the server's certificate first
 */
public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final byte[] PROBE = {1, 2, 3};

  public ServerIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Creates a JDK TLS context with this identity.
   *
   * <p>Netty's builder gives the same result, but goes through Bouncy Castle, which takes half a
   * second of processor time when a JVM does it for the first time.
   *
   * @param authorities the authorities of clients' certificates; may be empty
   */
  SSLContext context(List<X509Certificate> authorities) throws GeneralSecurityException {
    return context(authorities, trust -> trust);
  }

  /**
   * The same.
   *
   * @param trust changes how the authorities' certificates are checked
   */
  SSLContext context(
      List<X509Certificate> authorities, UnaryOperator<X509ExtendedTrustManager> trust)
      throws GeneralSecurityException {
    try {
      // The key store exists only in memory, so it needs no slow key derivation as in PKCS#12.
      KeyStore store = KeyStore.getInstance("JKS");
      store.load(null, null);
      char[] noPassword = {};
      store.setKeyEntry("server", key, noPassword, chain.toArray(X509Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, noPassword);
      // Also without authorities: by default the JDK would load all that it knows, which adds a
      // tenth of a second to a start.
      KeyStore trusted = KeyStore.getInstance("JKS");
      trusted.load(null, null);
      for (X509Certificate authority : authorities) {
        trusted.setCertificateEntry("ca-" + trusted.size(), authority);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      X509ExtendedTrustManager manager = (X509ExtendedTrustManager) factory.getTrustManagers()[0];
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {trust.apply(manager)}, null);
      return context;
    } catch (IOException e) {
      throw new GeneralSecurityException("an empty key store can't be read", e);
    }
  }

  /** Returns whether the key is that of the first certificate. */
  public boolean isPair() throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(chain.getFirst().getPublicKey());
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (InvalidKeyException | SignatureException e) {
      return false;
    }
  }
}
