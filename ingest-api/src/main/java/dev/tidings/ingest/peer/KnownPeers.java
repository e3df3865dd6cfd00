package dev.tidings.ingest.peer;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.node.NodeAuthenticator;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Tells the connections of other nodes from those of clients. Where a proof is required, what a
 * request says on behalf of others counts only on a connection whose other end has proved by a
 * certificate that it is a node, at the port for nodes; otherwise it counts wherever its seal is
 * genuine. Thread-safe.
 */
public final class KnownPeers {
  /** Set only by what guards the port for nodes. */
  private static final AttributeKey<NodeIdentity> NODE =
      AttributeKey.valueOf(KnownPeers.class, "node");

  private final boolean required;
  private final Optional<NodeAuthenticator> nodes;

  private KnownPeers(boolean required, Optional<NodeAuthenticator> nodes) {
    this.required = required;
    this.nodes = nodes;
  }

  /** Nodes have no certificates: they know one another by their seals alone. */
  public static KnownPeers bySealAlone() {
    return new KnownPeers(false, Optional.empty());
  }

  /**
   * Nodes have certificates.
   *
   * @param required whether one without is believed nothing
   * @param nodes decides whether a certificate is a node's
   */
  public static KnownPeers byCertificate(boolean required, NodeAuthenticator nodes) {
    return new KnownPeers(required, Optional.of(nodes));
  }

  /** Whether what a request says on behalf of others is looked at. */
  public boolean believes(Exchange exchange) {
    return !required || exchange.connection().get(NODE) != null;
  }

  /** Decides about a connection within TLS to the port for nodes. */
  Decision<NodeIdentity> prove(Connection connection) {
    NodeIdentity known = connection.get(NODE);
    if (known != null) {
      return new Decision.Accepted<>(known);
    }
    Decision<NodeIdentity> decision =
        nodes
            .map(each -> each.authenticate(address(connection), connection.certificates()))
            .orElseGet(() ->
                new Decision.Refused<>(RefusalReason.MISSING, "certificate: none is known here"));
    if (decision instanceof Decision.Accepted<NodeIdentity>(NodeIdentity node)) {
      connection.putIfAbsent(NODE, node);
    }
    return decision;
  }

  private static InetAddress address(Connection connection) {
    return connection.remoteAddress() instanceof InetSocketAddress internet
            && internet.getAddress() != null
        ? internet.getAddress()
        : InetAddress.getLoopbackAddress();
  }
}
