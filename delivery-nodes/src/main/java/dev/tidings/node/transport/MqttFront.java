package dev.tidings.node.transport;

import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.net.EventLoops;
import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.net.limit.OpenFiles;
import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.register.Registrar;
import dev.tidings.node.relay.Relay;
import dev.tidings.node.relay.RelaySettings;
import dev.tidings.node.relay.peer.PeerRefusals;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.OwnerRoute;
import dev.tidings.node.route.Redirect;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.websocket.WebSocket;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's front end: listens for devices and serves them over MQTT. Thread-safe. */
public final class MqttFront {
  private static final Logger log = LoggerFactory.getLogger(MqttFront.class);
  private static final Duration RELAY_CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private final MqttFrontSettings settings;
  private final EventLoops loops;
  private final DeviceSockets sockets;
  private final MqttHandlers mqttHandlers;
  private final ConnectionFiles files;
  private final ConnectionLimit limit;
  private final WebSocket webSocket;
  private final Optional<ClusterPeers> neighbours;
  private final Optional<TlsContexts> tls;
  private final Optional<Relay> relay;
  private final PeerRefusals refusals;
  private final Map<DeviceTransport, List<Channel>> listeners =
      new EnumMap<>(DeviceTransport.class);
  private boolean accepting = true;

  /** Creates a front end of a single node without TLS, open to all, which does not listen yet. */
  public MqttFront(
      MqttFrontSettings settings,
      EventLoops loops,
      DeviceDirectory directory,
      Registrar registrar,
      InstantSource clock,
      MeterRegistry registry) {
    this(
        settings,
        loops,
        Optional.empty(),
        Optional.empty(),
        new OpenDevices(),
        directory,
        registrar,
        SessionKeeper.none(),
        clock,
        registry);
  }

  /**
   * Creates a front end that does not listen yet.
   *
   * @param loops owned by the front end from now on: it ends them when it is closed
   * @param tls gives the TLS contexts for new connections; without it the front end does not listen
   *     for TLS
   * @param authenticator decides whether a connection is the device's that its CONNECT names
   * @param clock the current time, by which notifications expire
   */
  public MqttFront(
      MqttFrontSettings settings,
      EventLoops loops,
      Optional<ClusterPeers> neighbours,
      Optional<TlsContexts> tls,
      DeviceAuthenticator authenticator,
      DeviceDirectory directory,
      Registrar registrar,
      SessionKeeper sessions,
      InstantSource clock,
      MeterRegistry registry) {
    this.settings = settings;
    this.loops = loops;
    this.sockets = new DeviceSockets(loops);
    this.neighbours = neighbours;
    this.tls = tls;
    this.mqttHandlers =
        new MqttHandlers(
            settings.mqtt(),
            new ConnectPace(settings.maxConnectsPerSecond(), settings.maxConnectWait()),
            settings.refusals(),
            authenticator,
            directory,
            registrar,
            sessions,
            clock,
            registry);
    this.files = OpenFiles.forConnections(OpenFiles.most());
    this.limit =
        new ConnectionLimit(
            settings.maxConnections(),
            settings.maxConnectionsPerAddress(),
            files,
            new TrustedProxies(
                settings.trustedProxies(),
                settings.mqtt().connectTimeout(),
                ConnectionLimit.proxiesRefused(registry)::increment),
            new PendingConnections(
                settings.maxConnecting(),
                settings.maxConnectingPerAddress(),
                settings.mqtt().connectTimeout().toNanos(),
                System::nanoTime,
                loops.workers().next(),
                registry),
            registry);
    this.webSocket =
        new WebSocket(
            settings.webSocketOrigins(),
            settings.webSocketPingInterval(),
            settings.mqtt().lingerTimeout(),
            settings.webSocketMaxFrameBytes(),
            registry);
    this.refusals = new PeerRefusals(registry);
    this.relay = neighbours.map(others -> relay(others, registry));
  }

  private Relay relay(ClusterPeers others, MeterRegistry registry) {
    return new Relay(
        new RelaySettings(
            RELAY_CONNECT_TIMEOUT,
            // At the owner the CONNECT may wait for its turn, and then for its inbox.
            settings.maxConnectWait().plus(settings.mqtt().connectTimeout().multipliedBy(2)),
            settings.mqtt().lingerTimeout()),
        others.owners(),
        sockets::toNodes,
        others.tls(),
        mqttHandlers.flow(),
        files,
        System::nanoTime,
        registry);
  }

  /**
   * Returns unhealthy while devices are refused because no local ports are left for their relays.
   */
  public Health relayHealth() {
    return relay.map(Relay::health).orElseGet(Health::healthy);
  }

  /**
   * Starts to listen.
   *
   * @throws IOException if a port cannot be bound; nothing listens then
   */
  public synchronized void start() throws IOException {
    if (!listeners.isEmpty() || !accepting) {
      throw new IllegalStateException("front: already started (expected: once)");
    }
    try {
      listen(DeviceTransport.TCP, settings.tcpPort(), tcp());
      if (tls.isPresent()) {
        listen(DeviceTransport.TLS, settings.tlsPort(), tls(tls.get().mqtt()));
      }
      listen(DeviceTransport.WEB_SOCKET, settings.webSocketPort(), webSocket());
      if (tls.isPresent()) {
        listen(
            DeviceTransport.WEB_SOCKET_TLS,
            settings.webSocketTlsPort(),
            webSocketTls(tls.get().webSocket()));
      }
    } catch (IOException e) {
      stopAccepting();
      throw e;
    }
    neighbours.ifPresent(others -> others.port().serve(internal(others)));
    log.info(
        "MQTT on {}:{}, over TLS on {}, over WebSocket on port {}, within TLS on {} ({})",
        settings.bindAddress(),
        tcpPort(),
        tls.map(any -> "port " + tlsPort()).orElse("none"),
        webSocketPort(),
        tls.map(any -> "port " + webSocketTlsPort()).orElse("none"),
        loops.sockets().name());
  }

  private TcpPipeline tcp() {
    return new TcpPipeline(mqttHandlers, limit, ownerRoute(DeviceTransport.TCP));
  }

  private TlsPipeline tls(Supplier<SslContext> contexts) {
    return new TlsPipeline(contexts, mqttHandlers, limit, ownerRoute(DeviceTransport.TLS));
  }

  private WebSocketPipeline webSocket() {
    return WebSocketPipeline.plain(
        webSocket, mqttHandlers, limit, ownerRoute(DeviceTransport.WEB_SOCKET));
  }

  private WebSocketPipeline webSocketTls(Supplier<SslContext> contexts) {
    return WebSocketPipeline.withinTls(
        contexts, webSocket, mqttHandlers, limit, ownerRoute(DeviceTransport.WEB_SOCKET_TLS));
  }

  private Optional<OwnerRoute> ownerRoute(DeviceTransport transport) {
    return relay.map(others -> others.of(transport));
  }

  private InternalPipeline internal(ClusterPeers others) {
    Map<DeviceTransport, Redirect> redirects = new EnumMap<>(DeviceTransport.class);
    for (DeviceTransport transport : listeners.keySet()) {
      String reference =
          reference(transport, new NodeAddress(others.advertisedHost(), port(transport)));
      redirects.put(
          transport,
          device ->
              others.owners().of(device) instanceof Owner.Here
                  ? Optional.of(reference)
                  : Optional.empty());
    }
    return new InternalPipeline(
        mqttHandlers,
        limit,
        others.tls(),
        refusals,
        settings.mqtt().connectTimeout(),
        others.port().numbers(),
        others.questions(),
        transport -> redirects.getOrDefault(transport, Redirect.NONE));
  }

  private static String reference(DeviceTransport transport, NodeAddress address) {
    return switch (transport) {
      case WEB_SOCKET -> "ws://" + address + WebSocket.PATH;
      case WEB_SOCKET_TLS -> "wss://" + address + WebSocket.PATH;
      case TCP, TLS, RELAYED -> address.toString();
    };
  }

  public synchronized int tcpPort() {
    return port(DeviceTransport.TCP);
  }

  public synchronized int tlsPort() {
    return port(DeviceTransport.TLS);
  }

  public synchronized int webSocketPort() {
    return port(DeviceTransport.WEB_SOCKET);
  }

  public synchronized int webSocketTlsPort() {
    return port(DeviceTransport.WEB_SOCKET_TLS);
  }

  /** Closes the ports; the connections stay open. Idempotent. */
  public synchronized void stopAccepting() {
    if (accepting) {
      accepting = false;
      for (List<Channel> same : listeners.values()) {
        same.forEach(listener -> listener.close().awaitUninterruptibly());
      }
      neighbours.ifPresent(others -> others.port().close());
    }
  }

  /**
   * Stops listening, ends the event loops and closes all remaining connections without a
   * DISCONNECT: to have devices notified, close their links first. Idempotent; returns when this is
   * done or the time is over.
   */
  public void close(Duration atMost) throws InterruptedException {
    stopAccepting();
    loops.close(atMost);
  }

  private void listen(DeviceTransport transport, int port, ChannelHandler pipeline)
      throws IOException {
    listeners.put(
        transport,
        sockets.listen("MQTT", settings.bindAddress(), port, settings.backlog(), true, pipeline));
  }

  private int port(DeviceTransport transport) {
    List<Channel> same = listeners.get(transport);
    if (same == null) {
      throw new IllegalStateException("front: not started (expected: started)");
    }
    return ((InetSocketAddress) same.getFirst().localAddress()).getPort();
  }
}
