package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilderBase;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAckReturnCode;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import dev.tidings.auth.device.certificate.CertificateDevices;
import dev.tidings.net.EventLoops;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.cluster.Owners;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.relay.OwnerDirectory;
import dev.tidings.node.relay.peer.KnownPorts;
import dev.tidings.node.relay.peer.PeerTls;
import dev.tidings.node.relay.peer.TestPeers;
import dev.tidings.node.session.SessionKeeper;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices with certificates, by clients nobody here wrote, at a node that relays them to another
 * one; the nodes prove themselves to each other.
 *
 * <p>Shows G95 and G96 of docs/guarantees.md.
 */
@Timeout(60)
final class CertificatesIT {
  @TempDir private Path files;
  private X509Bundle authority;
  private X509Bundle server;
  private TestPeers peers;
  private MqttTls tls;
  private Node near;
  private Node far;

  @BeforeEach
  void start() throws Exception {
    authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=devices")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    server = TestIdentity.bundle();
    tls =
        MqttTls.start(
            new TlsFiles(
                Files.writeString(files.resolve("cert.pem"), server.getCertificatePathPEM()),
                Files.writeString(files.resolve("key.pem"), server.getPrivateKeyPEM()),
                Optional.of(
                    Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM())),
                ClientCertificates.WANT),
            InstantSource.system(),
            new SimpleMeterRegistry());
    peers = new TestPeers(files);
    near = new Node(peers.node("near", PeerMode.REQUIRE));
    far = new Node(peers.node("far", PeerMode.REQUIRE));
    near.directory.answer = Answer.NOT_HERE;
    near.owner =
        new Owner.There(new InetSocketAddress(InetAddress.getLoopbackAddress(), far.port.number()));
    near.front.start();
    far.front.start();
  }

  @AfterEach
  void close() throws Exception {
    near.front.close(Duration.ofSeconds(5));
    far.front.close(Duration.ofSeconds(5));
    peers.close();
    tls.close();
  }

  private X509Bundle certificate(String subject) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .addExtendedKeyUsageClientAuth()
        .buildIssuedBy(authority);
  }

  private <B extends MqttClientBuilderBase<B>> B within(B builder, X509Bundle own)
      throws Exception {
    return builder
        .identifier("phone-1")
        .serverHost("localhost")
        .serverPort(near.front.tlsPort())
        .sslConfig()
        .keyManagerFactory(own.toKeyManagerFactory())
        .trustManagerFactory(server.toTrustManagerFactory())
        .applySslConfig();
  }

  private Mqtt5BlockingClient hivemq5(X509Bundle own) throws Exception {
    return within(MqttClient.builder().useMqttVersion5(), own).buildBlocking();
  }

  private Mqtt5BlockingClient hivemq5WebSocket(X509Bundle own) throws Exception {
    return within(MqttClient.builder().useMqttVersion5(), own)
        .serverPort(near.front.webSocketTlsPort())
        .webSocketConfig()
        .serverPath("mqtt")
        .applyWebSocketConfig()
        .buildBlocking();
  }

  private Mqtt3BlockingClient hivemq3(X509Bundle own) throws Exception {
    return within(MqttClient.builder().useMqttVersion3(), own).buildBlocking();
  }

  private static Mqtt5ConnAckReasonCode refusal(Mqtt5BlockingClient client) {
    return catchThrowableOfType(Mqtt5ConnAckException.class, client::connect)
        .getMqttMessage()
        .getReasonCode();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hivemq5_is_served_by_the_owner_of_its_inbox_with_the_proof_that_it_gave_to_another_node(
      boolean webSocket) throws Exception {
    X509Bundle own = certificate("CN=phone-1");
    Mqtt5BlockingClient client = webSocket ? hivemq5WebSocket(own) : hivemq5(own);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      far.directory.last().link.push(7, false, Deliveries.delivery());
      far.directory.last().link.flush();

      assertThat(publishes.receive(60, TimeUnit.SECONDS)).isPresent();
      await().until(() -> far.directory.last().confirmed.contains(7));
      client.disconnect();
    }
    await().until(() -> far.directory.last().detached.get() == 1);
    assertThat(near.devices.outcomes().accepted()).isEqualTo(1);
    assertThat(far.devices.outcomes().accepted()).isZero();
  }

  @Test
  void a_device_connects_with_its_own_certificate_and_with_no_other() throws Exception {
    X509Bundle other = certificate("CN=phone-2");

    assertThat(refusal(hivemq5(other))).isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    assertThat(refusal(hivemq5WebSocket(other))).isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    assertThat(
            catchThrowableOfType(Mqtt3ConnAckException.class, hivemq3(other)::connect)
                .getMqttMessage()
                .getReturnCode())
        .isEqualTo(Mqtt3ConnAckReturnCode.NOT_AUTHORIZED);
    hivemq3(certificate("CN=phone-1")).connect();
    assertThat(far.directory.attachments).hasSize(1);
  }

  @Test
  void a_port_without_tls_refuses_every_device() {
    Mqtt5BlockingClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier("phone-1")
            .serverHost("localhost")
            .serverPort(near.front.tcpPort())
            .buildBlocking();

    assertThat(refusal(client)).isEqualTo(Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD);
  }

  @Test
  void a_node_that_is_none_gets_no_device() throws Exception {
    Node stranger = new Node(peers.stranger("stranger", PeerMode.REQUIRE));
    stranger.front.start();
    try {
      near.owner =
          new Owner.There(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), stranger.port.number()));
      Mqtt5BlockingClient client = hivemq5(certificate("CN=phone-1"));
      assertThat(catchThrowableOfType(ConnectionClosedException.class, client::connect))
          .isNotNull();

      await().until(() -> near.meters.get("tidings.node.relays.failed").counter().count() == 1);
      assertThat(stranger.directory.attachments).isEmpty();
    } finally {
      stranger.front.close(Duration.ofSeconds(5));
    }
  }

  @Test
  void nodes_ask_one_another_for_their_ports_within_tls() {
    OwnerDirectory directory =
        new OwnerDirectory(
            1,
            new NodeAddress("127.0.0.1", near.port.number()),
            () -> Map.of(0, new NodeAddress("127.0.0.1", far.port.number())),
            new KnownPorts(Optional.of(near.peers)),
            InetAddress::getAllByName);
    directory.start();
    try {
      await()
          .until(() ->
              directory.of(new DeviceId("phone-1")) instanceof Owner.There(var addresses)
                  && addresses.size() == 3);
    } finally {
      directory.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "311"})
  @Tag("mosquitto")
  void mosquitto_pub_registers_with_its_certificate_and_with_no_other(String version)
      throws Exception {
    try (Mosquitto pub = pub(version, certificate("CN=phone-1"))) {
      assertThat(pub.end()).isEqualTo("exit 0");
    }
    assertThat(far.registrar.asked).containsExactly("register phone-1 com.example.news");

    try (Mosquitto pub = pub(version, certificate("CN=phone-2"))) {
      assertThat(pub.end()).doesNotContain("exit 0");
    }
    assertThat(far.registrar.asked).hasSize(1);
  }

  private Mosquitto pub(String version, X509Bundle own) throws Exception {
    Path certificate =
        Files.write(files.resolve("device.pem"), own.getCertificatePathPEM().getBytes(UTF_8));
    Path key = Files.write(files.resolve("device.key"), own.getPrivateKeyPEM().getBytes(UTF_8));
    return Mosquitto.start(
        "mosquitto_pub",
        near.front.tlsPort(),
        "-V",
        version,
        "-i",
        "phone-1",
        "-q",
        "1",
        "--cafile",
        files.resolve("cert.pem").toString(),
        "--cert",
        certificate.toString(),
        "--key",
        key.toString(),
        "-t",
        "$tidings/register",
        "-m",
        "{\"app\":\"com.example.news\"}");
  }

  /** A front among others, with an inbox that says what it is told. */
  private final class Node {
    final FakeDirectory directory = new FakeDirectory();
    final FakeRegistrar registrar = new FakeRegistrar();
    final CertificateDevices devices = new CertificateDevices(InstantSource.system());
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final PeerTls peers;
    final InternalPort port;
    final MqttFront front;
    volatile Owner owner = new Owner.Here();

    Node(PeerTls peers) throws Exception {
      this.peers = peers;
      EventLoops loops = Loops.of(1, meters);
      Owners owners = device -> owner;
      port = InternalPort.open(loops, "127.0.0.1", 0, 3);
      front =
          new MqttFront(
              Fronts.settings(),
              loops,
              Optional.of(new ClusterPeers(owners, port, "node-2.test", Optional.of(peers))),
              Optional.of(tls.contexts()),
              devices,
              directory,
              registrar,
              SessionKeeper.none(),
              InstantSource.system(),
              meters);
    }
  }
}
