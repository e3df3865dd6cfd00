package dev.tidings.net.tls;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * TLS between the processes of one installation: each has a certificate, and proves it whichever
 * side it is on. Replaced as a whole when the files change. No host names are compared: processes
 * reach one another under addresses that come and go, and each certificate of the authority is one
 * of the installation. Thread-safe.
 */
public final class MutualTls implements AutoCloseable {
  private record Contexts(SslContext accepting, SslContext connecting, SSLContext blocking) {}

  private final Reloading<Contexts> contexts;

  private MutualTls(Reloading<Contexts> contexts) {
    this.contexts = contexts;
  }

  /**
   * Creates the contexts, and reads the files again every ten seconds until it is closed.
   *
   * @param what its name, for the log and the meters
   * @param files with the authorities of the peers' certificates
   * @param applicationProtocol the one ALPN protocol of both sides
   */
  public static MutualTls start(
      String what,
      TlsFiles files,
      String applicationProtocol,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    return start(what, files, applicationProtocol, certificate -> true, clock, metrics);
  }

  /**
   * The same.
   *
   * @param expected whether a certificate of the authorities is one of the installation; asked in
   *     the handshake of {@link #blocking}, and elsewhere for the caller to ask
   */
  public static MutualTls start(
      String what,
      TlsFiles files,
      String applicationProtocol,
      Predicate<X509Certificate> expected,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    if (files.clients() != ClientCertificates.NEED) {
      throw new IllegalArgumentException(
          what + ": " + files.clients() + " (expected: certificates on both sides)");
    }
    List<String> protocols = List.of(applicationProtocol);
    return new MutualTls(
        Reloading.start(
            what,
            files,
            (identity, peers) ->
                new Contexts(
                    ServerContexts.of(what, identity, peers, protocols),
                    PeerContexts.of(identity, peers.authorities(), protocols),
                    PeerContexts.blocking(identity, peers.authorities(), expected)),
            clock,
            metrics));
  }

  /** Returns what gives the context of a connection that is accepted. */
  public Supplier<SslContext> accepting() {
    return () -> contexts.get().accepting();
  }

  /** Returns what gives the context of a connection that is opened. */
  public Supplier<SslContext> connecting() {
    return () -> contexts.get().connecting();
  }

  /** Returns what gives the same for the JDK's sockets, which block, and its HTTP client. */
  public Supplier<SSLContext> blocking() {
    return () -> contexts.get().blocking();
  }

  /** Replaces the contexts if the files have changed, and can be used. */
  public void reload() {
    contexts.reload();
  }

  /** Stops reading the files. */
  @Override
  public void close() {
    contexts.close();
  }
}
