package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilderBase;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import dev.tidings.auth.Decision;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.net.EventLoops;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.cluster.Owners;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.relay.OwnerDirectory;
import dev.tidings.node.relay.peer.KnownPorts;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.X509Bundle;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device connects to one node, and its inbox is on another.
 *
 * <p>Shows G71 of docs/guarantees.md.
 */
@Timeout(60)
final class RelayIT {
  private static final String CONNECT_5 = "100e00044d5154540502003c00000161";

  /** One of the devices floods. */
  private static final MqttSettings UNLIMITED =
      new MqttSettings(
          64 * 1024,
          Duration.ofSeconds(5),
          Duration.ofMinutes(20),
          64,
          8,
          0,
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          Duration.ofMillis(250));

  private static final String CONNECT_311 = "100d00044d5154540402003c000161";

  private static final X509Bundle IDENTITY = identity();
  private static final TlsContexts TLS = tls();
  private static final TrustManagerFactory TRUST = trust();

  private final Node near = new Node();
  private final Node far = new Node();

  @BeforeEach
  void start() throws Exception {
    near.directory.answer = Answer.NOT_HERE;
    near.owner = new Owner.There(far.internalAddress());
    near.front.start();
    far.front.start();
  }

  @AfterEach
  void close() throws Exception {
    near.front.close(Duration.ofSeconds(5));
    far.front.close(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @EnumSource(value = DeviceTransport.class, mode = EnumSource.Mode.EXCLUDE, names = "RELAYED")
  void a_device_of_mqtt_5_gets_its_notifications_and_confirms_them(DeviceTransport transport)
      throws Exception {
    Mqtt5BlockingClient client = near.mqtt5(transport).buildBlocking();
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      Attachment attachment = far.directory.last();
      assertThat(near.count("tidings.node.relays.open")).isEqualTo(1);
      for (int id = 1; id <= 100; id++) {
        attachment.link.push(id, false, Deliveries.delivery());
        attachment.link.flush();
        assertThat(publishes.receive(60, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
            .isEqualTo(Deliveries.PAYLOAD.getBytes(UTF_8));
      }
      await().until(() -> attachment.confirmed.size() == 100);
      client.disconnect();
      await().until(() -> attachment.detached.get() == 1);
    }
    await().until(() -> near.count("tidings.node.relays.open") == 0);
    await().until(() -> far.count("tidings.node.connections") == 0);
  }

  @Test
  void a_node_takes_relays_on_several_ports_and_tells_which() {
    KnownPorts ports = new KnownPorts(Optional.empty());
    OwnerDirectory directory =
        new OwnerDirectory(
            1,
            new NodeAddress("127.0.0.1", near.port.number()),
            () -> Map.of(0, new NodeAddress("127.0.0.1", far.port.number())),
            ports,
            InetAddress::getAllByName);
    directory.start();
    try {
      await()
          .until(() ->
              directory.of(new DeviceId("a")) instanceof Owner.There(var addresses)
                  && addresses.size() == 3);
      Owner.There told = (Owner.There) directory.of(new DeviceId("a"));
      for (InetSocketAddress address : told.addresses()) {
        near.owner = new Owner.There(address);
        Mqtt5BlockingClient client = near.mqtt5(DeviceTransport.TCP).buildBlocking();
        client.connect();
        client.disconnect();
      }
      assertThat(far.directory.attachments).hasSize(3);
    } finally {
      directory.close();
    }
  }

  @ParameterizedTest
  @EnumSource(value = DeviceTransport.class, mode = EnumSource.Mode.EXCLUDE, names = "RELAYED")
  void a_device_of_mqtt_311_gets_its_notifications_and_confirms_them(DeviceTransport transport)
      throws Exception {
    Mqtt3BlockingClient client = near.mqtt3(transport).buildBlocking();
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      Attachment attachment = far.directory.last();
      attachment.link.push(7, false, Deliveries.delivery());
      attachment.link.flush();
      assertThat(publishes.receive(60, TimeUnit.SECONDS)).isPresent();
      await().until(() -> attachment.confirmed.contains(7));
      client.disconnect();
    }
  }

  @ParameterizedTest
  @EnumSource(value = DeviceTransport.class, mode = EnumSource.Mode.EXCLUDE, names = "RELAYED")
  void one_that_asks_for_it_is_told_where_to_connect_and_is_served_there(
      DeviceTransport transport) {
    Mqtt5BlockingClient client = near.mqtt5(transport).buildBlocking();
    var told =
        catchThrowableOfType(Mqtt5ConnAckException.class, () -> asking(client)).getMqttMessage();

    assertThat(told.getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.USE_ANOTHER_SERVER);
    assertThat(told.getServerReference().orElseThrow())
        .hasToString(
            switch (transport) {
              case TCP -> "node-2.test:" + far.front.tcpPort();
              case TLS -> "node-2.test:" + far.front.tlsPort();
              case WEB_SOCKET_TLS -> "wss://node-2.test:" + far.front.webSocketTlsPort() + "/mqtt";
              default -> "ws://node-2.test:" + far.front.webSocketPort() + "/mqtt";
            });
    asking(far.mqtt5(transport).buildBlocking());
    assertThat(far.directory.attachments).hasSize(1);
  }

  private static void asking(Mqtt5BlockingClient client) {
    client
        .connectWith()
        .userProperties()
        .add("tidings-redirect", "accept")
        .applyUserProperties()
        .send();
  }

  @ParameterizedTest
  @ValueSource(strings = {CONNECT_5, CONNECT_311})
  void an_owner_that_is_not_there_ends_the_connection(String connect) throws Exception {
    // Has the port, so that nobody else comes to listen there.
    try (Socket nobody = new Socket()) {
      nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      near.owner = new Owner.There((InetSocketAddress) nobody.getLocalSocketAddress());
      try (Socket socket = near.connect()) {
        socket.getOutputStream().write(hex(connect));
        assertThat(hex(socket.getInputStream().readAllBytes())).isEmpty();
      }
    }
    assertThat(near.count("tidings.node.relays.failed")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {CONNECT_5, CONNECT_311})
  void an_owner_that_is_none_relays_no_further(String connect) throws Exception {
    far.directory.answer = Answer.NOT_HERE;
    far.owner = new Owner.There(near.internalAddress());
    try (Socket socket = near.connect()) {
      socket.getOutputStream().write(hex(connect));
      assertThat(hex(socket.getInputStream().readAllBytes())).isEmpty();
    }
  }

  @Test
  void what_the_owner_says_last_arrives_even_behind_input_that_nobody_reads() throws Exception {
    try (Socket socket = near.connect()) {
      socket.getOutputStream().write(hex(CONNECT_5));
      await().until(() -> !far.directory.attachments.isEmpty());
      socket.getOutputStream().write(hex("c000".repeat(50_000)));
      far.directory.last().link.close(CloseReason.TAKEN_OVER);

      assertThat(hex(socket.getInputStream().readAllBytes())).endsWith("e0018e");
    }
    await().until(() -> near.count("tidings.node.relays.open") == 0);
  }

  @Test
  void a_device_that_does_not_read_gets_everything_once_it_does() throws Exception {
    int pushes = 2000;
    try (Socket socket = near.connect()) {
      socket.getOutputStream().write(hex(CONNECT_5));
      await().until(() -> !far.directory.attachments.isEmpty());
      Attachment attachment = far.directory.last();
      String payload = "{\"text\":\"" + "x".repeat(8_000) + "\"}";
      for (int i = 1; i <= pushes; i++) {
        attachment.link.push(
            i, false, Deliveries.builder().setPayload(Deliveries.bytes(payload)).build());
        attachment.link.flush();
      }
      DataInputStream in = new DataInputStream(socket.getInputStream());
      skip(in);
      for (int i = 1; i <= pushes; i++) {
        byte[] packet = skip(in);
        int idAt = 2 + Deliveries.TOPIC.length();
        assertThat(((packet[idAt] & 0xff) << 8) | (packet[idAt + 1] & 0xff)).isEqualTo(i);
      }
    }
    await().until(() -> far.directory.last().detached.get() == 1);
  }

  @Test
  void a_device_that_is_cut_off_is_detached_at_its_owner() throws Exception {
    try (Socket socket = near.connect()) {
      socket.getOutputStream().write(hex(CONNECT_5));
      await().until(() -> !far.directory.attachments.isEmpty());
      socket.setSoLinger(true, 0);
    }
    await().until(() -> far.directory.last().detached.get() == 1);
    await().until(() -> near.count("tidings.node.connections") == 0);
  }

  @Test
  void a_device_proves_itself_at_both_nodes_and_anew_at_the_owner_of_its_inbox() throws Exception {
    String method = "15000b" + hex("tidings-jwt".getBytes(UTF_8));
    try (Socket socket = near.connect()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      socket
          .getOutputStream()
          .write(
              hex(
                  "102200044d5154540502003c14"
                      + method
                      + "160003"
                      + hex("one".getBytes(UTF_8))
                      + "000161"));
      assertThat(hex(skip(in))).startsWith("0000").endsWith(method);
      socket
          .getOutputStream()
          .write(hex("f0161914" + method + "160003" + hex("two".getBytes(UTF_8))));

      assertThat(hex(skip(in))).isEqualTo("000e" + method);
    }
    assertThat(near.devices.tokens).containsExactly("one");
    assertThat(far.devices.tokens).containsExactly("one", "two");
  }

  @Test
  void a_node_that_does_not_serve_yet_is_waited_for() throws Exception {
    Node late = new Node();
    near.owner = new Owner.There(late.internalAddress());
    try (Socket socket = near.connect()) {
      socket.getOutputStream().write(hex(CONNECT_5));
      await().until(() -> near.count("tidings.node.relays.open") == 1);
      assertThat(late.directory.attachments).isEmpty();
      late.front.start();

      assertThat(socket.getInputStream().readNBytes(2)[0]).isEqualTo((byte) 0x20);
    } finally {
      late.front.close(Duration.ofSeconds(5));
    }
  }

  private static X509Bundle identity() {
    try {
      return TestIdentity.bundle();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static TlsContexts tls() {
    try {
      return TestIdentity.contexts(TestIdentity.of(IDENTITY));
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static TrustManagerFactory trust() {
    try {
      return IDENTITY.toTrustManagerFactory();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Reads a packet, without its fixed header. */
  private static byte[] skip(DataInputStream in) throws IOException {
    in.readByte();
    int length = 0;
    int shift = 0;
    int read;
    do {
      read = in.readUnsignedByte();
      length |= (read & 0x7f) << shift;
      shift += 7;
    } while ((read & 0x80) != 0);
    return in.readNBytes(length);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Accepts every device, by a password or by the method, and says which it was. */
  private static final class Listed implements DeviceAuthenticator {
    final List<String> tokens = new CopyOnWriteArrayList<>();

    @Override
    public Optional<String> authenticationMethod() {
      return Optional.of("tidings-jwt");
    }

    @Override
    public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
      byte[] password = credentials.password();
      if (password != null) {
        tokens.add(new String(password, UTF_8));
      }
      return new OpenDevices().authenticate(credentials);
    }
  }

  /** A front among others, with an inbox that says what it is told. */
  private static final class Node {
    final FakeDirectory directory = new FakeDirectory();
    final Listed devices = new Listed();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final InternalPort port;
    final MqttFront front;
    volatile Owner owner = new Owner.Here();

    Node() {
      EventLoops loops = Loops.of(1, meters);
      Owners owners = device -> owner;
      try {
        port = InternalPort.open(loops, "127.0.0.1", 0, 3);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      front =
          new MqttFront(
              Fronts.settings(UNLIMITED),
              loops,
              Optional.of(new ClusterPeers(owners, port, "node-2.test", Optional.empty())),
              Optional.of(TLS),
              devices,
              directory,
              new FakeRegistrar(),
              SessionKeeper.none(),
              () -> Deliveries.NOW,
              meters);
    }

    InetSocketAddress internalAddress() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.number());
    }

    Socket connect() throws IOException {
      return new Socket(InetAddress.getLoopbackAddress(), front.tcpPort());
    }

    Mqtt5ClientBuilder mqtt5(DeviceTransport transport) {
      return through(transport, MqttClient.builder().useMqttVersion5());
    }

    Mqtt3ClientBuilder mqtt3(DeviceTransport transport) {
      return through(transport, MqttClient.builder().useMqttVersion3());
    }

    private <B extends MqttClientBuilderBase<B>> B through(DeviceTransport transport, B version) {
      B builder = version.identifier("a").serverHost("127.0.0.1");
      return switch (transport) {
        case TCP -> builder.serverPort(front.tcpPort());
        case TLS ->
            builder
                .serverPort(front.tlsPort())
                .sslConfig()
                .trustManagerFactory(TRUST)
                .applySslConfig();
        case WEB_SOCKET_TLS ->
            builder
                .serverPort(front.webSocketTlsPort())
                .sslConfig()
                .trustManagerFactory(TRUST)
                .applySslConfig()
                .webSocketConfig()
                .serverPath("mqtt")
                .applyWebSocketConfig();
        default ->
            builder
                .serverPort(front.webSocketPort())
                .webSocketConfig()
                .serverPath("mqtt")
                .applyWebSocketConfig();
      };
    }

    double count(String meter) {
      return meters.get(meter).meters().stream()
          .flatMap(each -> StreamSupport.stream(each.measure().spliterator(), false))
          .mapToDouble(measurement -> measurement.getValue())
          .sum();
    }
  }
}
