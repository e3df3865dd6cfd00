package dev.tidings.node.relay;

import dev.tidings.auth.node.NodeAuthenticator;
import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * TLS between nodes, each of which proves itself to the other.
 *
 * @param mode how far the installation is on its way to it
 * @param accepting gives the context of a connection that another node opens
 * @param connecting gives the context of a connection to another node
 * @param blocking gives the same for a socket that blocks
 * @param nodes decides whether a certificate is a node's
 */
public record PeerTls(
    Mode mode,
    Supplier<SslContext> accepting,
    Supplier<SslContext> connecting,
    Supplier<SSLContext> blocking,
    NodeAuthenticator nodes) {
  /** The one protocol that is spoken within it, for ALPN. */
  public static final String PROTOCOL = "tidings-node";

  /** What is spoken with other nodes; the first two are steps towards the last. */
  public enum Mode {
    /** Without TLS to other nodes, and either way from them. */
    ACCEPT,
    /** With TLS to other nodes, and either way from them. */
    PREFER,
    /** With TLS alone. */
    REQUIRE
  }

  /** Whether connections to other nodes are within TLS. */
  boolean connects() {
    return mode != Mode.ACCEPT;
  }

  /** Whether connections from other nodes have to be within TLS. */
  public boolean isRequired() {
    return mode == Mode.REQUIRE;
  }
}
