package dev.tidings.node.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.device.OpenDevices;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.route.Admission;
import dev.tidings.node.route.CloseMode;
import dev.tidings.node.route.ConnectionOrigin;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * CONNECTs over the rate; here one in a hundred milliseconds, after the first two.
 *
 * <p>Shows G77 of docs/guarantees.md.
 */
final class PacingChannelTest {
  private static final String CONNECT_5 = "100e00044d5154540502003c00000161";
  private static final String CONNECT_311 = "100d00044d5154540402003c000162";
  private static final String PING = "c000";

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ConnectPace pace = new ConnectPace(10, Duration.ofMillis(150));
  private final EmbeddedChannel node = connection();

  @BeforeEach
  void useUpTheFirstTwo() {
    pace.reserve(now());
    pace.reserve(now());
  }

  @AfterEach
  void close() {
    node.finishAndReleaseAll();
  }

  @Test
  void a_connect_over_the_rate_waits_its_turn_and_is_then_taken_with_what_came_behind_it() {
    send(CONNECT_5 + PING);

    assertThat(directory.attachments).isEmpty();
    assertThat(node.config().isAutoRead()).isFalse();
    assertThat(waiting()).isEqualTo(1);
    advance(100);
    assertThat(directory.attachments).hasSize(1);
    assertThat(received()).startsWith("20").endsWith("d000");
    assertThat(node.config().isAutoRead()).isTrue();
    assertThat(waiting()).isZero();
  }

  @Test
  void when_the_wait_would_be_too_long_the_connection_ends() {
    pace.reserve(now());
    send(CONNECT_5);

    assertThat(received()).isEmpty();
    assertThat(node.isOpen()).isFalse();
    assertThat(meters.get("tidings.node.mqtt.connects.throttled").counter().count()).isEqualTo(1);
    assertThat(meters.get("tidings.node.mqtt.connects").tag("outcome", "busy").counter().count())
        .isEqualTo(1);
  }

  @Test
  void before_mqtt_5_a_connection_ends_too_when_the_wait_would_be_too_long() {
    pace.reserve(now());
    send(CONNECT_311);

    assertThat(received()).isEmpty();
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void a_connection_that_ends_while_it_waits_is_forgotten() {
    send(CONNECT_5 + PING);
    node.close();
    advance(200);

    assertThat(directory.attachments).isEmpty();
    assertThat(waiting()).isZero();
  }

  private EmbeddedChannel connection() {
    MqttHandlers mqttHandlers =
        new MqttHandlers(
            MqttSettings.DEFAULTS,
            pace,
            new OpenDevices(),
            directory,
            new FakeRegistrar(),
            SessionKeeper.none(),
            InstantSource.system(),
            meters);
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    mqttHandlers.install(
        channel.pipeline(),
        ConnectionOrigin.ofDevice(Admission.ADMITTED, CloseMode.CLOSE, Optional.empty()));
    channel.pipeline().fireChannelActive();
    return channel;
  }

  private long now() {
    return node.eventLoop().ticker().nanoTime();
  }

  private double waiting() {
    return meters.get("tidings.node.mqtt.connects.waiting").gauges().stream()
        .mapToDouble(gauge -> gauge.value())
        .sum();
  }

  private void send(String hex) {
    node.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)));
    node.runPendingTasks();
  }

  private void advance(int milliseconds) {
    node.advanceTimeBy(milliseconds, TimeUnit.MILLISECONDS);
    node.runScheduledPendingTasks();
    node.runPendingTasks();
  }

  private String received() {
    StringBuilder hex = new StringBuilder();
    for (ByteBuf bytes = node.readOutbound(); bytes != null; bytes = node.readOutbound()) {
      hex.append(ByteBufUtil.hexDump(bytes));
      bytes.release();
    }
    return hex.toString();
  }
}
