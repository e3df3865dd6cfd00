package dev.tidings.node.route;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.flow.Flow;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Answer;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A CONNECT whose device has its inbox elsewhere.
 *
 * <p>Shows G77 of docs/guarantees.md.
 */
final class OwnerRouteChannelTest {
  private static final String CONNECT_5 = "100e00044d5154540502003c00000161";
  private static final String CONNECT_311 = "100d00044d5154540402003c000161";
  private static final String ASKS_FOR_REDIRECT =
      "102900044d5154540502003c1b2600107469" + "64696e67732d72656469726563740006616363657074000161";

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MqttHandlers mqttHandlers =
      new MqttHandlers(
          MqttSettings.DEFAULTS, directory, new FakeRegistrar(), InstantSource.system(), meters);
  private final Elsewhere elsewhere = new Elsewhere();
  private EmbeddedChannel node = new EmbeddedChannel();

  @BeforeEach
  void arrive() {
    directory.answer = Answer.NOT_HERE;
    node.freezeTime();
    install(ConnectionOrigin.ofDevice(Admission.ADMITTED, CloseMode.CLOSE, Optional.of(elsewhere)));
  }

  @AfterEach
  void close() {
    node.finishAndReleaseAll();
  }

  @ParameterizedTest
  @CsvSource({CONNECT_5, CONNECT_311})
  void everything_received_goes_along_as_it_came_and_mqtt_leaves_the_pipeline(String connect) {
    directory.answer = Answer.NONE;
    send(connect.substring(0, 10));
    send(connect.substring(10) + "c000" + "30");
    directory.last().link.refused(AttachRefusal.NOT_HERE);
    send("0a0001");
    elsewhere.routeListener.open(elsewhere);

    assertThat(elsewhere.device).isEqualTo("a");
    assertThat(elsewhere.received).isEqualTo(connect + "c000" + "30" + "0a0001");
    assertThat(node.pipeline().toMap().values())
        .containsExactly(node.pipeline().get(Flow.class), elsewhere.end);
    assertThat(count("relayed")).isEqualTo(1);
    node.advanceTimeBy(1, TimeUnit.HOURS);
    node.runScheduledPendingTasks();
    assertThat(node.isOpen()).isTrue();
    assertThat((Object) node.readOutbound()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {CONNECT_5, CONNECT_311})
  void where_there_is_no_way_the_connection_ends(String connect) {
    send(connect);
    elsewhere.routeListener.unreachable();

    assertThat(received()).isEmpty();
    assertThat(node.isOpen()).isFalse();
    assertThat(count("unavailable")).isEqualTo(1);
  }

  @Test
  void what_needs_no_proof_here_is_not_told_as_proved() {
    send(CONNECT_5);
    elsewhere.routeListener.open(elsewhere);

    assertThat(elsewhere.proven).isEmpty();
  }

  @Test
  void a_way_that_opens_too_late_is_left() {
    send(CONNECT_5);
    node.advanceTimeBy(5, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    assertThat(received()).isEmpty();
    elsewhere.routeListener.open(elsewhere);

    assertThat(elsewhere.left).isTrue();
    assertThat(elsewhere.received).isNull();
  }

  @Test
  void a_device_that_hangs_up_leaves_the_way() {
    send(CONNECT_5);
    node.close();
    elsewhere.routeListener.open(elsewhere);

    assertThat(elsewhere.left).isTrue();
  }

  @Test
  void an_open_connection_keeps_nothing_of_what_it_received() {
    directory.answer = Answer.ATTACHED;
    send(CONNECT_5);

    assertThat(received()).startsWith("20");
    assertThat(node.pipeline().get(ConnectTap.class)).isNull();
  }

  @Test
  void a_connection_that_is_being_closed_keeps_nothing_of_what_it_receives() {
    directory.answer = Answer.SHUTTING_DOWN;
    send(CONNECT_5);

    assertThat(node.pipeline().get(ConnectTap.class)).isNull();
  }

  @Test
  void a_relayed_connect_goes_no_further() {
    install(
        ConnectionOrigin.relayed(
            Admission.ADMITTED, Redirect.NONE, Optional.empty(), DeviceTransport.TCP));
    send(CONNECT_5);

    assertThat(received()).isEmpty();
    assertThat(elsewhere.routeListener).isNull();
  }

  @Test
  void who_asks_for_it_is_told_where_to_connect_by_the_node_it_belongs_to() {
    directory.answer = Answer.ATTACHED;
    install(
        ConnectionOrigin.relayed(
            Admission.ADMITTED,
            device -> Optional.of("node-2:1883"),
            Optional.empty(),
            DeviceTransport.TCP));
    send(ASKS_FOR_REDIRECT);
    passes(MqttSettings.DEFAULTS.redirectSpread());

    // 0x9C, and 0x1C: the reference, eleven bytes.
    assertThat(received())
        .isEqualTo("2011009c0e1c000b" + HexFormat.of().formatHex("node-2:1883".getBytes(US_ASCII)));
    assertThat(directory.attachments).isEmpty();
    assertThat(count("another-server")).isEqualTo(1);
  }

  @Test
  void whoever_asks_at_the_same_time_is_told_at_different_times() {
    Set<Integer> moments = new HashSet<>();
    for (char device = 'a'; device <= 'z'; device++) {
      node = new EmbeddedChannel();
      node.freezeTime();
      install(
          ConnectionOrigin.relayed(
              Admission.ADMITTED,
              any -> Optional.of("node-2:1883"),
              Optional.empty(),
              DeviceTransport.TCP));
      send(
          ASKS_FOR_REDIRECT.substring(0, ASKS_FOR_REDIRECT.length() - 2)
              + Integer.toHexString(device));
      int moment = 0;
      while (node.isOpen()) {
        passes(Duration.ofMillis(25));
        moment++;
      }
      moments.add(moment);
      node.finishAndReleaseAll();
    }

    assertThat(moments).hasSizeGreaterThan(5).allMatch(moment -> moment <= 10);
  }

  @Test
  void who_does_not_ask_is_served() {
    directory.answer = Answer.ATTACHED;
    install(
        ConnectionOrigin.relayed(
            Admission.ADMITTED,
            device -> Optional.of("node-2:1883"),
            Optional.empty(),
            DeviceTransport.TCP));
    send(CONNECT_5);

    assertThat(directory.attachments).hasSize(1);
  }

  @Test
  void who_asks_and_is_at_the_right_node_is_served() {
    directory.answer = Answer.ATTACHED;
    send(ASKS_FOR_REDIRECT);

    assertThat(directory.attachments).hasSize(1);
  }

  private void install(ConnectionOrigin connectionOrigin) {
    for (ChannelHandler handler : node.pipeline().toMap().values()) {
      node.pipeline().remove(handler);
    }
    mqttHandlers.install(node.pipeline(), connectionOrigin);
    node.pipeline().fireChannelActive();
  }

  private void send(String hex) {
    node.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    node.runPendingTasks();
  }

  private void passes(Duration time) {
    node.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    node.runScheduledPendingTasks();
  }

  private String received() {
    StringBuilder hex = new StringBuilder();
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      hex.append(ByteBufUtil.hexDump(bytes));
      bytes.release();
    }
    return hex.toString();
  }

  private double count(String outcome) {
    return meters.get("tidings.node.mqtt.connects").tag("outcome", outcome).counter().count();
  }

  /** The other node. */
  private static final class Elsewhere implements OwnerRoute, OwnerRoute.OpenRoute {
    final ChannelHandler end = new ChannelInboundHandlerAdapter();
    String device;
    RouteListener routeListener;
    String received;
    Optional<DeviceIdentity> proven;
    boolean left;

    @Override
    public void seek(DeviceId sought, Channel channel, RouteListener who) {
      device = sought.value();
      routeListener = who;
    }

    @Override
    public ChannelHandler take(ByteBuf bytes, Optional<DeviceIdentity> identity) {
      proven = identity;
      received = ByteBufUtil.hexDump(bytes);
      bytes.release();
      return end;
    }

    @Override
    public void abandon() {
      left = true;
    }
  }
}
