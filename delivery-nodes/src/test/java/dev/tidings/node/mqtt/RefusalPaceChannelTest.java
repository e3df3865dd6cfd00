package dev.tidings.node.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.Apps;
import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.mqtt.connect.RefusalLimits;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.route.DeviceTransport;
import dev.tidings.node.route.Redirect;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refused credentials: here two at once, and three checks a second above that. */
final class RefusalPaceChannelTest {
  private static final String BAD_5 = "2003008600";
  private static final String BAD_311 = "20020004";
  private static final String HERE = "203.0.113.7";

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<DeviceCredentials> asked = new ArrayList<>();
  private final List<EmbeddedChannel> opened = new ArrayList<>();
  private RefusalReason reason = RefusalReason.INVALID;
  private boolean answersLater;
  private final List<CompletableFuture<Decision<DeviceIdentity>>> unanswered = new ArrayList<>();
  private final MqttHandlers mqttHandlers =
      new MqttHandlers(
          MqttSettings.DEFAULTS,
          ConnectPace.unlimited(),
          new RefusalLimits(2, 1, 3, Duration.ofSeconds(10), 2, 100),
          this::decide,
          directory,
          new FakeRegistrar(),
          SessionKeeper.none(),
          InstantSource.system(),
          meters);

  @AfterEach
  void close() {
    opened.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  private CompletionStage<Decision<DeviceIdentity>> decide(DeviceCredentials credentials) {
    asked.add(credentials);
    if (answersLater) {
      unanswered.add(new CompletableFuture<>());
      return unanswered.getLast();
    }
    boolean good =
        credentials.password() != null && new String(credentials.password(), UTF_8).equals("good");
    return CompletableFuture.completedFuture(
        good
            ? new Decision.Accepted<>(
                new DeviceIdentity(credentials.serial(), Optional.empty(), Apps.ALL, Instant.MAX))
            : new Decision.Refused<>(reason, "for the test"));
  }

  private EmbeddedChannel open(String from, ConnectionOrigin origin) {
    EmbeddedChannel channel =
        new EmbeddedChannel() {
          @Override
          protected SocketAddress remoteAddress0() {
            return new InetSocketAddress(from, 40_000);
          }
        };
    channel.freezeTime();
    mqttHandlers.install(channel.pipeline(), origin);
    channel.pipeline().fireChannelActive();
    opened.add(channel);
    return channel;
  }

  private EmbeddedChannel open(String from) {
    return open(
        from, ConnectionOrigin.ofDevice(Admission.ADMITTED, CloseMode.CLOSE, Optional.empty()));
  }

  private static void send(EmbeddedChannel channel, byte... bytes) {
    channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    channel.runPendingTasks();
  }

  /** Sends a CONNECT with client id "a" and a password. */
  private static void connect(EmbeddedChannel channel, int version, String password) {
    String properties = version == 5 ? "00" : "";
    String body =
        "00044d515454%02xc2003c%s000161000175".formatted(version, properties)
            + "%04x".formatted(password.length())
            + HexFormat.of().formatHex(password.getBytes(UTF_8));
    send(channel, hex("10%02x%s".formatted(body.length() / 2, body)));
  }

  private EmbeddedChannel connected(String from, String password) {
    EmbeddedChannel channel = open(from);
    connect(channel, 5, password);
    return channel;
  }

  private static void advance(EmbeddedChannel channel, Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private static String received(EmbeddedChannel channel) {
    StringBuilder hex = new StringBuilder();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      hex.append(ByteBufUtil.hexDump(bytes));
      bytes.release();
    }
    return hex.toString();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private double waiting() {
    return meters.get("tidings.node.refusals.waiting").gauge().value();
  }

  private double refused() {
    return meters
        .get("tidings.node.mqtt.connects")
        .tag("outcome", "bad-credentials")
        .counter()
        .count();
  }

  private void useUp(String from) {
    for (int i = 0; i < 2; i++) {
      assertThat(received(connected(from, "bad"))).isEqualTo(BAD_5);
    }
  }

  @Test
  void the_refusal_comes_late_once_an_address_has_had_its_share() {
    useUp(HERE);
    EmbeddedChannel late = connected(HERE, "bad");
    assertThat(received(late)).isEmpty();
    assertThat(late.config().isAutoRead()).isFalse();
    assertThat(waiting()).isOne();
    assertThat(refused()).isEqualTo(2);

    advance(late, Duration.ofMillis(999));
    assertThat(late.isOpen()).isTrue();
    advance(late, Duration.ofMillis(1));
    assertThat(received(late)).isEqualTo(BAD_5);
    assertThat(late.isOpen()).isFalse();
    assertThat(waiting()).isZero();
    assertThat(refused()).isEqualTo(3);
  }

  @Test
  void before_mqtt_5_as_well() {
    useUp(HERE);
    EmbeddedChannel late = open(HERE);
    connect(late, 4, "bad");
    assertThat(received(late)).isEmpty();

    advance(late, Duration.ofSeconds(1));
    assertThat(received(late)).isEqualTo(BAD_311);
  }

  @Test
  void good_credentials_from_the_same_address_are_accepted_at_once() {
    useUp(HERE);
    var _ = connected(HERE, "bad");

    assertThat(received(connected(HERE, "good"))).startsWith("20").contains("0000");
    assertThat(directory.attachments).hasSize(1);
  }

  @Test
  void however_many_they_are() {
    useUp(HERE);
    var _ = connected(HERE, "bad");
    for (int i = 0; i < 50; i++) {
      assertThat(received(connected(HERE, "good"))).startsWith("20");
    }

    assertThat(directory.attachments).hasSize(50);
  }

  @Test
  void another_address_is_answered_at_once() {
    useUp(HERE);
    var _ = connected(HERE, "bad");

    assertThat(received(connected("203.0.113.8", "bad"))).isEqualTo(BAD_5);
  }

  @Test
  void above_that_only_some_are_checked_and_the_others_are_closed() {
    useUp(HERE);
    var _ = connected(HERE, "bad");
    for (int i = 0; i < 3; i++) {
      var _ = connected(HERE, "bad");
    }
    assertThat(asked).hasSize(6);

    EmbeddedChannel one = connected(HERE, "bad");
    assertThat(received(one)).isEmpty();
    assertThat(one.isOpen()).isFalse();
    assertThat(asked).hasSize(6);
    assertThat(meters.get("tidings.node.refusals.unchecked").counter().count()).isOne();
    assertThat(meters.get("tidings.node.mqtt.connects").tag("outcome", "busy").counter().count())
        .isOne();
  }

  @Test
  void when_too_many_wait_a_refusal_is_answered_at_once() {
    for (String from : List.of(HERE, "203.0.113.8", "203.0.113.9")) {
      useUp(from);
    }
    var _ = connected(HERE, "bad");
    var _ = connected("203.0.113.8", "bad");
    assertThat(waiting()).isEqualTo(2);

    assertThat(received(connected("203.0.113.9", "bad"))).isEqualTo(BAD_5);
    assertThat(waiting()).isEqualTo(2);
  }

  @Test
  void when_too_many_of_one_address_wait_those_of_another_still_do() {
    useUp(HERE);
    useUp("203.0.113.8");
    for (int i = 0; i < 2; i++) {
      var _ = connected(HERE, "bad");
    }

    EmbeddedChannel other = connected("203.0.113.8", "bad");
    assertThat(received(other)).isEmpty();
    advance(other, Duration.ofSeconds(1));
    assertThat(received(other)).isEqualTo(BAD_5);
  }

  @Test
  void one_that_hangs_up_while_it_waits_is_forgotten() {
    useUp(HERE);
    EmbeddedChannel late = connected(HERE, "bad");
    late.close();
    late.runPendingTasks();
    assertThat(waiting()).isZero();

    advance(late, Duration.ofSeconds(20));
    late.checkException();
    assertThat(waiting()).isZero();
  }

  @Test
  void what_could_not_be_checked_is_not_counted() {
    reason = RefusalReason.UNAVAILABLE;
    for (int i = 0; i < 10; i++) {
      assertThat(connected(HERE, "bad").isOpen()).isFalse();
    }

    assertThat(meters.get("tidings.node.refusals.addresses").gauge().value()).isZero();
  }

  /** A CONNECT whose device hangs up at once, and is then decided about. */
  private void hangUpBehindConnect(Decision<DeviceIdentity> decision) {
    EmbeddedChannel channel = connected(HERE, "bad");
    channel.close();
    channel.runPendingTasks();
    if (!unanswered.isEmpty()) {
      unanswered.removeLast().complete(decision);
      channel.runPendingTasks();
    }
    channel.checkException();
  }

  private double addresses() {
    return meters.get("tidings.node.refusals.addresses").gauge().value();
  }

  private static Decision<DeviceIdentity> accepted(String serial) {
    return new Decision.Accepted<>(
        new DeviceIdentity(serial, Optional.empty(), Apps.ALL, Instant.MAX));
  }

  @Test
  void who_hangs_up_before_the_refusal_is_counted_all_the_same() {
    answersLater = true;
    for (int i = 0; i < 200; i++) {
      hangUpBehindConnect(new Decision.Refused<>(RefusalReason.INVALID, "for the test"));
    }

    assertThat(addresses()).isOne();
    // Two are free, the third is over the limit, and then three are checked in a second.
    // A slow machine checks some more.
    assertThat(asked).hasSizeBetween(6, 100);
    assertThat(meters.get("tidings.node.refusals.unchecked").counter().count())
        .isEqualTo(200 - asked.size());
  }

  @Test
  void so_is_who_hangs_up_with_the_credentials_of_another_device() {
    answersLater = true;
    hangUpBehindConnect(accepted("b"));

    assertThat(addresses()).isOne();
  }

  @Test
  void who_hangs_up_with_good_credentials_or_unchecked_ones_is_not_counted() {
    answersLater = true;
    hangUpBehindConnect(accepted("a"));
    hangUpBehindConnect(new Decision.Refused<>(RefusalReason.UNAVAILABLE, "for the test"));

    assertThat(addresses()).isZero();
  }

  @Test
  void devices_that_another_node_relays_are_not_counted_as_that_node() {
    for (int i = 0; i < 10; i++) {
      EmbeddedChannel relayed =
          open(
              "10.0.0.2",
              ConnectionOrigin.relayed(
                  Admission.ADMITTED, Redirect.NONE, Optional.empty(), DeviceTransport.TCP));
      connect(relayed, 5, "bad");
      assertThat(received(relayed)).isEqualTo(BAD_5);
    }
  }
}
