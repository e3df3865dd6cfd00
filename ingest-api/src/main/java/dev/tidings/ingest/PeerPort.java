package dev.tidings.ingest;

import dev.tidings.auth.Decision;
import dev.tidings.auth.node.CertifiedNodes;
import dev.tidings.auth.node.NodeAuthenticator;
import dev.tidings.auth.node.NodeIdentity;
import dev.tidings.http.Problem;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.Router;
import dev.tidings.http.server.HttpServer;
import dev.tidings.http.server.Listener;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.peer.NodePeerGate;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.MutualTls;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.service.config.Config;
import dev.tidings.service.lifecycle.Lifecycle;
import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/** The port on which other ingest nodes ask this one within TLS. */
final class PeerPort {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String LISTENER = "peers";
  private static final String PROTOCOL = "http/1.1";

  private final PeerMode mode;
  private final MutualTls tls;
  private final NodeAuthenticator nodes;

  private PeerPort(PeerMode mode, MutualTls tls, NodeAuthenticator nodes) {
    this.mode = mode;
    this.tls = tls;
    this.nodes = nodes;
  }

  /**
   * Reads the certificates.
   *
   * @param files from {@link PeerSettings#files}
   */
  static Optional<PeerPort> prepare(
      Config config,
      Optional<TlsFiles> files,
      Lifecycle lifecycle,
      InstantSource clock,
      MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    if (files.isEmpty()) {
      return Optional.empty();
    }
    NodeAuthenticator nodes = new CertifiedNodes(config.get(PeerSettings.NAMES));
    MutualTls tls =
        MutualTls.start(
            LISTENER, files.get(), PROTOCOL, each -> isNode(nodes, each), clock, metrics);
    lifecycle.onStop("peers tls", SOON, tls::close);
    return Optional.of(new PeerPort(config.get(PeerSettings.MODE), tls, nodes));
  }

  private static boolean isNode(NodeAuthenticator nodes, X509Certificate certificate) {
    return nodes.authenticate(InetAddress.getLoopbackAddress(), List.of(certificate))
        instanceof Decision.Accepted<NodeIdentity>;
  }

  KnownPeers peers() {
    return KnownPeers.byCertificate(mode.isRequired(), nodes);
  }

  /** Returns what gives the context of connections to other nodes; empty if these are without. */
  Optional<Supplier<SSLContext>> connecting() {
    return mode.connects() ? Optional.of(tls.blocking()) : Optional.empty();
  }

  /**
   * Listens.
   *
   * @param peers from {@link #peers}, which the operations have too
   */
  HttpServer open(
      Config config,
      ListenAddresses addresses,
      EventLoops loops,
      Limits limits,
      KnownPeers peers,
      List<Operation> operations,
      MeterRegistry metrics) {
    Counter refused =
        Counter.builder("tidings.ingest.peers.refused")
            .description(
                "Requests of other ingest nodes refused: their certificate is not a node's")
            .register(metrics);
    Router.Builder router = Router.builder(Problem.RESPONSES);
    operations.forEach(router::add);
    Listener listener =
        Listener.of(addresses, config.get(PeerSettings.PORT), Optional.of(tls.accepting()));
    HttpServer server =
        HttpServer.start(
            loops,
            mode.isRequired() ? listener : listener.alsoWithoutTls(),
            limits,
            new NodePeerGate(peers, refused::increment, router.build()),
            Problem.RESPONSES);
    IngestGauges.bind(metrics, LISTENER, server);
    return server;
  }
}
