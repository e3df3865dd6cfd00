package dev.tidings.http.server;

import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.service.net.ListenAddresses;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An address at which a server listens, and what comes before the first request there.
 *
 * @param port 0 for any free one
 * @param tls gives the TLS context for a new connection; empty for plain text
 * @param alsoPlain whether a connection may be without TLS, as its first bytes tell
 * @param proxies whose connections begin with a header of the PROXY protocol, before TLS
 */
public record Listener(
    ListenAddresses addresses,
    int port,
    Optional<Supplier<SslContext>> tls,
    boolean alsoPlain,
    TrustedProxies proxies) {

  /** Without balancers in front of it. */
  public static Listener of(
      ListenAddresses addresses, int port, Optional<Supplier<SslContext>> tls) {
    return new Listener(addresses, port, tls, false, TrustedProxies.NONE);
  }

  /** The same behind balancers. */
  public Listener behind(TrustedProxies balancers) {
    return new Listener(addresses, port, tls, alsoPlain, balancers);
  }

  /** The same for clients some of which do not speak TLS. */
  public Listener alsoWithoutTls() {
    return new Listener(addresses, port, tls, true, proxies);
  }
}
