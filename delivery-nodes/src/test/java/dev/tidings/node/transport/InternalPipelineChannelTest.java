package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import dev.tidings.net.tls.PeerMode;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.Gatekeeper;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.relay.peer.DeviceQuestions;
import dev.tidings.node.relay.peer.PeerRefusals;
import dev.tidings.node.relay.peer.PeerTls;
import dev.tidings.node.relay.peer.TestPeers;
import dev.tidings.node.route.Redirect;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who is let in at the internal port, and what is believed of what it says.
 *
 * <p>Shows G96 of docs/guarantees.md.
 */
final class InternalPipelineChannelTest {
  private static final byte[] CONNECT = HexFormat.of().parseHex("100e00044d5154540502003c00000161");

  @TempDir Path directory;
  private final Gatekeeper gatekeeper = new Gatekeeper();
  private final FakeDirectory inboxes = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final EmbeddedChannel other = new EmbeddedChannel();
  private EmbeddedChannel node = new EmbeddedChannel();
  private TestPeers peers;
  private DeviceQuestions questions = DeviceQuestions.NONE;

  @BeforeEach
  void make() {
    peers = new TestPeers(directory);
  }

  @AfterEach
  void close() {
    peers.close();
    node.finishAndReleaseAll();
    other.finishAndReleaseAll();
  }

  private void listen(PeerTls tls) {
    node =
        new EmbeddedChannel(
            new InternalPipeline(
                new MqttHandlers(
                    MqttSettings.DEFAULTS,
                    ConnectPace.unlimited(),
                    gatekeeper,
                    inboxes,
                    new FakeRegistrar(),
                    SessionKeeper.none(),
                    () -> Deliveries.NOW,
                    meters),
                Limits.of(10, meters),
                Optional.of(tls),
                new PeerRefusals(meters),
                Duration.ofSeconds(5),
                List.of(1884),
                questions,
                transport -> Redirect.NONE));
    node.freezeTime();
  }

  private void connect(PeerTls tls) {
    other.pipeline().addLast(tls.connecting().get().newHandler(other.alloc()));
    exchange();
  }

  private void say(ByteBuf bytes) {
    other.writeOutbound(bytes);
    exchange();
  }

  /** A device's CONNECT as another node relays it. */
  private void relay(Optional<DeviceIdentity> proven) {
    say(TestPeers.header(proven));
    say(Unpooled.copiedBuffer(CONNECT));
  }

  /** Carries bytes to and fro until there are none; a failure of either side is the other's. */
  private void exchange() {
    boolean moved = true;
    while (moved) {
      moved = carry(other, node);
      moved |= carry(node, other);
    }
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean moved = false;
    for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
      if (out.isReadable() && to.isOpen()) {
        try {
          to.writeInbound(out);
        } catch (Exception e) {
          // What the other side's TLS says of it; the test looks at this node.
          assertThat(to.pipeline().names()).isNotEmpty();
        }
        moved = true;
      } else {
        out.release();
      }
    }
    to.runPendingTasks();
    return moved;
  }

  private static Optional<DeviceIdentity> proven(String serial, Instant end) {
    return Optional.of(new DeviceIdentity(serial, Optional.empty(), Apps.ALL, end));
  }

  private double refused(String reason) {
    return meters.get("tidings.node.internal.refused").tag("reason", reason).counter().count();
  }

  private double outcome(String outcome) {
    return meters.get("tidings.node.mqtt.connects").tag("outcome", outcome).counter().count();
  }

  @ParameterizedTest
  @EnumSource(value = PeerMode.class)
  void what_a_device_has_proved_to_a_node_it_need_not_prove_again(PeerMode mode) throws Exception {
    listen(peers.node("owner", mode));
    connect(peers.node("other", PeerMode.REQUIRE));
    relay(proven("a", Instant.MAX));

    assertThat(inboxes.attachments).hasSize(1);
    assertThat(gatekeeper.asked).isEmpty();
  }

  @Test
  void a_device_whose_issuer_is_not_known_here_proves_itself_here() throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    connect(peers.node("other", PeerMode.REQUIRE));
    relay(
        proven("a", Instant.MAX)
            .map(it -> it.issuedBy(DeviceIssuer.unknown(new IssuerEntry("acme", "1")))));

    assertThat(gatekeeper.asked).hasSize(1);
    assertThat(inboxes.attachments).isEmpty();
  }

  @Test
  void it_ends_when_the_proof_does() throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    connect(peers.node("other", PeerMode.REQUIRE));
    relay(proven("a", Deliveries.NOW.plusSeconds(20)));
    node.advanceTimeBy(20, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();

    assertThat(inboxes.last().detached).hasValue(1);
  }

  @Test
  void what_another_device_has_proved_is_no_proof() throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    connect(peers.node("other", PeerMode.REQUIRE));
    relay(proven("b", Instant.MAX));

    assertThat(inboxes.attachments).isEmpty();
    assertThat(outcome("not-authorized")).isEqualTo(1);
  }

  @Test
  void a_device_that_has_proved_nothing_there_is_asked_here_and_the_nodes_certificate_is_not_its()
      throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    // A node of the device's name.
    connect(peers.node("a", PeerMode.REQUIRE));
    relay(Optional.empty());

    assertThat(gatekeeper.asked)
        .singleElement()
        .satisfies(credentials -> assertThat(credentials.certificates()).isEmpty());
    assertThat(inboxes.attachments).isEmpty();
  }

  @Test
  void a_header_without_tls_is_refused() throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    relay(proven("a", Instant.MAX));

    assertThat(node.isOpen()).isFalse();
    assertThat(inboxes.attachments).isEmpty();
    assertThat(gatekeeper.asked).isEmpty();
    assertThat(refused("handshake")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(value = PeerMode.class)
  void whoever_has_no_certificate_of_the_authority_is_refused(PeerMode mode) throws Exception {
    listen(peers.node("owner", mode));
    connect(peers.stranger("other", PeerMode.REQUIRE));

    assertThat(node.isOpen()).isFalse();
    assertThat(refused("handshake")).isEqualTo(1);
    assertThat(refused("header")).isZero();
  }

  @ParameterizedTest
  @EnumSource(value = PeerMode.class)
  void whoever_has_one_of_another_name_is_refused(PeerMode mode) throws Exception {
    listen(peers.node("owner", mode, "*.nodes.example.com"));
    connect(peers.node("other", PeerMode.REQUIRE));

    assertThat(node.isOpen()).isFalse();
    assertThat(refused("certificate")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = PeerMode.class,
      names = {"ACCEPT", "PREFER"})
  void on_the_way_to_tls_a_node_without_it_is_let_in_and_its_devices_prove_themselves_here(
      PeerMode mode) throws Exception {
    listen(peers.node("owner", mode));
    relay(proven("a", Instant.MAX));

    assertThat(inboxes.attachments).isEmpty();
    gatekeeper.accepts("a");
    node.runPendingTasks();
    assertThat(inboxes.attachments).hasSize(1);
  }

  @Test
  void a_node_that_asks_for_the_ports_is_answered_within_tls() throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    connect(peers.node("other", PeerMode.REQUIRE));
    say(Unpooled.wrappedBuffer(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000")));

    StringBuilder answer = new StringBuilder();
    for (ByteBuf part = other.readInbound(); part != null; part = other.readInbound()) {
      answer.append(ByteBufUtil.hexDump(part));
      part.release();
    }
    assertThat(answer.toString()).endsWith("e10002075c");
  }

  @Test
  void a_handshake_that_does_not_come_is_not_waited_for_long() throws Exception {
    listen(peers.node("owner", PeerMode.REQUIRE));
    node.advanceTimeBy(10, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();

    assertThat(node.isOpen()).isFalse();
  }
}
