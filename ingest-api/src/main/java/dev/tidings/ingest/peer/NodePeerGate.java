package dev.tidings.ingest.peer;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards the port for other nodes: within TLS nobody gets in whose certificate is not a node's.
 * Without it, where that is still allowed, whoever comes is served as a client.
 */
public final class NodePeerGate implements HttpService {
  private static final Logger log = LoggerFactory.getLogger(NodePeerGate.class);

  private final KnownPeers peers;
  private final Runnable refused;
  private final HttpService inside;

  /**
   * @param refused counts those whose certificate is not a node's
   * @param inside what nodes may ask for
   */
  public NodePeerGate(KnownPeers peers, Runnable refused, HttpService inside) {
    this.peers = peers;
    this.refused = refused;
    this.inside = inside;
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    if (exchange.connection().isSecure()
        && peers.prove(exchange.connection())
            instanceof Decision.Refused<NodeIdentity>(var _, String detail)) {
      refused.run();
      log.debug(
          "{}: no node of this installation: {}", exchange.connection().remoteAddress(), detail);
      exchange.goAway();
      exchange.respond(Problem.of(HttpResponseStatus.FORBIDDEN, detail).response());
      return BodyReader.DROPPED;
    }
    return inside.serve(request, exchange);
  }
}
