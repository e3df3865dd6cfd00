package dev.tidings.node.relay.peer;

import dev.tidings.auth.node.NodeAuthenticator;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.schemas.question.QuestionFrame;
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
    PeerMode mode,
    Supplier<SslContext> accepting,
    Supplier<SslContext> connecting,
    Supplier<SSLContext> blocking,
    NodeAuthenticator nodes) {
  /** The one protocol that is spoken within it, for ALPN. */
  public static final String PROTOCOL = QuestionFrame.TLS_PROTOCOL;

  /** Whether connections to other nodes are within TLS. */
  public boolean connects() {
    return mode.connects();
  }

  /** Whether connections from other nodes have to be within TLS. */
  public boolean isRequired() {
    return mode.isRequired();
  }
}
