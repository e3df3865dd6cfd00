package dev.tidings.net.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the TLS context of every listener of every service: TLS 1.2 and 1.3 with BoringSSL, whose
 * handshakes cost a fifth of the JDK's and which refuses renegotiation by clients; with the JDK
 * where BoringSSL's library does not run on the machine.
 */
public final class ServerContexts {
  private static final Logger log = LoggerFactory.getLogger(ServerContexts.class);
  static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * Cipher suites with forward secrecy and authenticated encryption, as HTTP/2 requires (RFC 9113,
   * section 9.2.2).
   */
  static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private ServerContexts() {}

  /**
   * Creates a context with this identity.
   *
   * @param what the name of the listener, for the log
   * @param clients the clients' certificates that are accepted
   * @param applicationProtocols ALPN protocols, the server's preferred one first; a client that
   *     offers only others is refused by the handler, one without ALPN is accepted
   */
  public static SslContext of(
      String what, ServerIdentity identity, ClientTrust clients, List<String> applicationProtocols)
      throws SSLException, GeneralSecurityException {
    if (OpenSsl.isAvailable()) {
      log.info("{}: TLS by {}", what, OpenSsl.versionString());
      return openSsl(identity, clients, alpn(applicationProtocols));
    }
    log.warn(
        "{}: TLS by the JDK, which takes five times the processor time: {}",
        what,
        String.valueOf(OpenSsl.unavailabilityCause().getMessage()));
    return jdk(identity, clients, alpn(applicationProtocols));
  }

  static ApplicationProtocolConfig alpn(List<String> applicationProtocols) {
    return new ApplicationProtocolConfig(
        Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        applicationProtocols);
  }

  static SslContext openSsl(
      ServerIdentity identity, ClientTrust clients, ApplicationProtocolConfig alpn)
      throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forServer(identity.key(), identity.chain())
            .sslProvider(SslProvider.OPENSSL)
            .protocols(PROTOCOLS)
            .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .applicationProtocolConfig(alpn)
            .clientAuth(clients.wanted().auth());
    if (!clients.authorities().isEmpty()) {
      builder.trustManager(clients.authorities());
    }
    return builder.build();
  }

  static SslContext jdk(
      ServerIdentity identity, ClientTrust clients, ApplicationProtocolConfig alpn)
      throws GeneralSecurityException {
    // The JDK has no other way to refuse renegotiation, and reads this when the first context is
    // created.
    System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    return new JdkSslContext(
        identity.context(clients.authorities()),
        false,
        CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        alpn,
        clients.wanted().auth(),
        PROTOCOLS,
        false);
  }
}
