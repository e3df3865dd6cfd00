package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.net.limit.AddressRanges;
import dev.tidings.net.limit.ClientAddress;
import dev.tidings.net.limit.ConnectionFiles;
import dev.tidings.net.proxy.TrustedProxies;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connect.RefusalLimits;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.node.websocket.WebSocket;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices behind a balancer that speaks the PROXY protocol, and others that would like to.
 *
 * <p>Shows G97 of docs/guarantees.md.
 */
final class TrustedProxiesChannelTest {
  private static final String BALANCER = "10.1.2.3";
  private static final String STRANGER = "203.0.113.9";
  private static final String CONNECT = "100e00044d5154540502003c00000161";
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  /** 192.0.2.7:40000 to 192.0.2.1:1883, in version 2 with a field that balancers add. */
  private static final String V2 =
      SIGNATURE + "21110014" + "c0000207c00002019c40075b" + "040005" + "0000000000";

  private static final String V1 = hex("PROXY TCP4 192.0.2.7 192.0.2.1 40000 1883\r\n");
  private static final InetSocketAddress DEVICE = new InetSocketAddress("192.0.2.7", 40_000);

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<EmbeddedChannel> opened = new ArrayList<>();
  private final EmbeddedChannel clock = new EmbeddedChannel();
  private final MqttHandlers mqtt =
      new MqttHandlers(
          MqttSettings.DEFAULTS,
          ConnectPace.unlimited(),
          new OpenDevices(),
          directory,
          new FakeRegistrar(),
          SessionKeeper.none(),
          () -> Deliveries.NOW,
          meters);
  private final ConnectionLimit limit = limit(0, 1, meters);

  private ConnectionLimit limit(int ofAddress, int connectingOfAddress, MeterRegistry registry) {
    return new ConnectionLimit(
        10,
        ofAddress,
        new ConnectionFiles(Long.MAX_VALUE),
        new TrustedProxies(
            AddressRanges.of(List.of("10.0.0.0/8")),
            Duration.ofSeconds(5),
            ConnectionLimit.proxiesRefused(registry)::increment),
        new PendingConnections(
            4, connectingOfAddress, Long.MAX_VALUE, System::nanoTime, clock.eventLoop(), registry),
        registry);
  }

  @AfterEach
  void close() {
    opened.forEach(EmbeddedChannel::finishAndReleaseAll);
    clock.finishAndReleaseAll();
  }

  private EmbeddedChannel connect(String from) {
    return connect(from, new TcpPipeline(mqtt, limit, Optional.empty()));
  }

  /** To a node that refuses whatever credentials a device has. */
  private EmbeddedChannel connectInVain(MqttHandlers refusing, String header) {
    EmbeddedChannel node = connect(BALANCER, new TcpPipeline(refusing, limit, Optional.empty()));
    send(node, header + CONNECT);
    return node;
  }

  private EmbeddedChannel connect(String from, ChannelHandler pipeline) {
    EmbeddedChannel node = new From(from);
    opened.add(node);
    node.freezeTime();
    node.pipeline().addLast(pipeline);
    node.pipeline().fireChannelActive();
    return node;
  }

  private static void send(EmbeddedChannel node, String hex) {
    node.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    node.runPendingTasks();
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(US_ASCII));
  }

  private double refused() {
    return meters.get("tidings.node.proxy.refused").counter().count();
  }

  @ParameterizedTest
  @ValueSource(strings = {V2, "v1"})
  void a_device_has_the_address_that_the_header_names(String which) {
    EmbeddedChannel node = connect(BALANCER);
    send(node, (which.equals("v1") ? V1 : V2) + CONNECT);

    assertThat(directory.attachments).hasSize(1);
    assertThat(ClientAddress.of(node)).isEqualTo(DEVICE);
    node.advanceTimeBy(10, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {V2, "v1"})
  void a_header_may_come_in_pieces(String which) {
    EmbeddedChannel node = connect(BALANCER);
    String all = (which.equals("v1") ? V1 : V2) + CONNECT;
    for (int i = 0; i < all.length(); i += 2) {
      assertThat(directory.attachments).isEmpty();
      send(node, all.substring(i, i + 2));
    }

    assertThat(directory.attachments).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // LOCAL, as in a balancer's check.
        SIGNATURE + "20000000",
        // PROXY, of an address of no family.
        SIGNATURE + "21000000",
        // PROXY UNKNOWN
        "50524f585920554e4b4e4f574e0d0a",
      })
  void a_balancer_that_names_nobody_speaks_for_itself(String header) {
    EmbeddedChannel node = connect(BALANCER);
    send(node, header + CONNECT);

    assertThat(directory.attachments).hasSize(1);
    assertThat(ClientAddress.of(node)).isEqualTo(new InetSocketAddress(BALANCER, 4711));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // MQTT at once.
        CONNECT,
        // TLS at once.
        "160301",
        // A header that is cut off, or is none.
        SIGNATURE + "31110000",
        "50524f585920544350342061626364650d0a",
        // "PROXY TCP4 192.0.2.7 ", and no end.
        "50524f58592054435034203139322e302e322e3720",
      })
  void a_balancer_without_a_header_is_not_served(String bytes) {
    EmbeddedChannel node = connect(BALANCER);
    send(node, bytes);
    node.advanceTimeBy(5, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();

    assertThat(node.isOpen()).isFalse();
    assertThat(directory.attachments).isEmpty();
    assertThat(refused()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {V2, "v1"})
  void nobody_else_may_send_a_header(String which) {
    EmbeddedChannel node = connect(STRANGER);
    send(node, (which.equals("v1") ? V1 : V2) + CONNECT);

    assertThat(node.isOpen()).isFalse();
    assertThat(directory.attachments).isEmpty();
    assertThat(ClientAddress.of(node)).isEqualTo(new InetSocketAddress(STRANGER, 4711));
  }

  @Test
  void a_device_cannot_add_a_header_of_its_own_behind_the_balancers() {
    EmbeddedChannel node = connect(BALANCER);
    send(node, V2 + V1 + CONNECT);

    assertThat(node.isOpen()).isFalse();
    assertThat(directory.attachments).isEmpty();
    assertThat(ClientAddress.of(node)).isEqualTo(DEVICE);
  }

  @Test
  void limits_by_address_count_the_devices_and_what_one_has_sent_waits_for_its_turn() {
    EmbeddedChannel first = connect(BALANCER);
    send(first, V2);
    EmbeddedChannel held = connect(BALANCER);
    send(held, V2 + CONNECT);
    EmbeddedChannel other = connect(BALANCER);
    send(other, hex("PROXY TCP4 192.0.2.8 192.0.2.1 40000 1883\r\n") + CONNECT);

    assertThat(directory.attachments).hasSize(1);
    assertThat(meters.get("tidings.node.connecting.held").gauge().value()).isEqualTo(1);
    first.close();
    held.runPendingTasks();
    assertThat(directory.attachments).hasSize(2);
    assertThat(held.isOpen()).isTrue();
  }

  @Test
  void an_address_has_no_more_open_connections_than_it_may_and_a_proxy_s_are_its_devices() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    TcpPipeline pipeline = new TcpPipeline(mqtt, limit(2, 4, registry), Optional.empty());
    EmbeddedChannel first = connect(BALANCER, pipeline);
    send(first, V2);
    EmbeddedChannel second = connect(BALANCER, pipeline);
    send(second, V2);
    EmbeddedChannel third = connect(BALANCER, pipeline);
    assertThat(third.isOpen()).as("until its header names an address").isTrue();
    send(third, V2);
    EmbeddedChannel other = connect(BALANCER, pipeline);
    send(other, hex("PROXY TCP4 192.0.2.8 192.0.2.1 40000 1883\r\n"));
    EmbeddedChannel direct = connect("192.0.2.7", pipeline);

    System.out.println(
        "DEBUG "
            + first.isOpen()
            + second.isOpen()
            + third.isOpen()
            + other.isOpen()
            + direct.isOpen()
            + registry
                .get("tidings.node.connections.refused")
                .tag("limit", "address")
                .counter()
                .count()
            + " "
            + ClientAddress.of(direct)
            + " "
            + direct.remoteAddress());
    assertThat(third.isOpen()).isFalse();
    assertThat(other.isOpen()).isTrue();
    assertThat(direct.isOpen()).as("the same address without the balancer").isFalse();
    assertThat(
            registry
                .get("tidings.node.connections.refused")
                .tag("limit", "address")
                .counter()
                .count())
        .isEqualTo(2);

    first.close();
    EmbeddedChannel next = connect(BALANCER, pipeline);
    send(next, V2);
    assertThat(next.isOpen()).isTrue();
  }

  @Test
  void refused_credentials_count_for_the_device_and_not_for_the_balancer() {
    MqttHandlers refusing =
        new MqttHandlers(
            MqttSettings.DEFAULTS,
            ConnectPace.unlimited(),
            new RefusalLimits(1, 1, 100, Duration.ofSeconds(10), 80, 10),
            credentials ->
                CompletableFuture.completedFuture(
                    new Decision.Refused<>(RefusalReason.INVALID, "for the test")),
            directory,
            new FakeRegistrar(),
            SessionKeeper.none(),
            () -> Deliveries.NOW,
            new SimpleMeterRegistry());
    String other = hex("PROXY TCP4 192.0.2.8 192.0.2.1 40000 1883\r\n");

    assertThat((Object) connectInVain(refusing, V2).readOutbound()).isNotNull();
    assertThat((Object) connectInVain(refusing, V2).readOutbound()).isNull();
    assertThat((Object) connectInVain(refusing, other).readOutbound()).isNotNull();
  }

  @Test
  void one_that_is_closed_while_it_is_held_leaves_nothing() {
    send(connect(BALANCER), V2);
    EmbeddedChannel held = connect(BALANCER);
    ByteBuf bytes = Unpooled.buffer().writeBytes(HexFormat.of().parseHex(V2 + CONNECT));
    held.writeInbound(bytes);
    held.close();
    held.runPendingTasks();

    assertThat(bytes.refCnt()).isZero();
    assertThat(meters.get("tidings.node.connecting.held").gauge().value()).isZero();
  }

  @Test
  void the_header_comes_before_the_request_of_a_websocket() {
    WebSocket webSocket =
        new WebSocket(List.of(), Duration.ZERO, Duration.ofSeconds(2), 4096, meters);
    EmbeddedChannel node =
        connect(BALANCER, WebSocketPipeline.plain(webSocket, mqtt, limit, Optional.empty()));
    send(
        node,
        V2
            + hex(
                "GET /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade"
                    + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt"
                    + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));

    ByteBuf answer = node.readOutbound();
    assertThat(answer.toString(US_ASCII)).startsWith("HTTP/1.1 101 ");
    answer.release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_header_comes_before_the_handshake_of_tls(boolean webSocket) throws Exception {
    ServerIdentity identity = TestIdentity.of(TestIdentity.bundle());
    SslContext tls = TestIdentity.context(identity);
    ChannelHandler pipeline =
        webSocket
            ? WebSocketPipeline.withinTls(
                () -> tls,
                new WebSocket(List.of(), Duration.ZERO, Duration.ofSeconds(2), 4096, meters),
                mqtt,
                limit,
                Optional.empty())
            : new TlsPipeline(() -> tls, mqtt, limit, Optional.empty());
    EmbeddedChannel node = connect(BALANCER, pipeline);
    send(node, V2);
    EmbeddedChannel device = new EmbeddedChannel();
    opened.add(device);
    device
        .pipeline()
        .addLast(
            SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build()
                .newHandler(device.alloc()));
    boolean moved = true;
    while (moved) {
      moved = carry(device, node);
      moved |= carry(node, device);
    }

    assertThat(node.pipeline().get(SslHandler.class).handshakeFuture().isSuccess()).isTrue();
    assertThat(ClientAddress.of(node)).isEqualTo(DEVICE);
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean moved = false;
    for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
      if (out.isReadable()) {
        to.writeInbound(out);
        moved = true;
      } else {
        out.release();
      }
    }
    to.runPendingTasks();
    return moved;
  }

  /** A channel whose other end is at an address. */
  private static final class From extends EmbeddedChannel {
    private final SocketAddress remote;

    From(String host) {
      remote = new InetSocketAddress(host, 4711);
    }

    @Override
    public SocketAddress remoteAddress() {
      return remote;
    }
  }
}
