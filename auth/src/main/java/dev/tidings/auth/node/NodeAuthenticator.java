package dev.tidings.auth.node;

import dev.tidings.auth.Decision;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Decides whether the other end of a connection between processes is one of the installation.
 * Called on an event loop; must answer from memory. Thread-safe.
 */
@FunctionalInterface
public interface NodeAuthenticator {
  /**
   * Checks a peer.
   *
   * @param address where it connects from
   * @param certificates that it proved in the TLS handshake, its own first; none without TLS
   */
  Decision<NodeIdentity> authenticate(InetAddress address, List<X509Certificate> certificates);
}
