package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only real sockets show: one half shut, nothing read, a byte at a time. */
@Timeout(60)
final class SocketEdgesIT {
  private static final String CONNECT = "100e00044d5154540502003c00000161";

  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MqttFront front =
      new MqttFront(
          Fronts.settings(
              new MqttSettings(
                  4096,
                  Duration.ofSeconds(5),
                  Duration.ofMinutes(10),
                  64,
                  8,
                  0,
                  Duration.ofMillis(500),
                  Duration.ofMillis(500),
                  Duration.ZERO)),
          Loops.of(1, meters),
          directory,
          new FakeRegistrar(),
          () -> Deliveries.NOW,
          meters);
  private final Socket socket = new Socket();

  @BeforeEach
  void connect() throws Exception {
    front.start();
    socket.setReceiveBufferSize(4096);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), front.tcpPort()));
  }

  @AfterEach
  void close() throws Exception {
    socket.close();
    front.close(Duration.ofSeconds(5));
  }

  @Test
  void a_device_that_shuts_its_output_is_gone() throws Exception {
    Attachment attachment = attach();
    socket.shutdownOutput();

    await().until(() -> attachment.detached.get() == 1);
    assertThat(socket.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void a_device_that_reads_nothing_is_closed_in_the_end() throws Exception {
    Attachment attachment = attach();
    String payload = "\"" + "x".repeat(60_000) + "\"";
    // More than both sockets' buffers and the connection's own hold.
    for (int packetId = 1; packetId <= 400; packetId++) {
      attachment.link.push(
          packetId, false, Deliveries.builder().setPayload(Deliveries.bytes(payload)).build());
      attachment.link.flush();
    }

    await().until(() -> attachment.detached.get() == 1);
    assertThat(meters.get("tidings.node.connections.stalled").counter().count()).isEqualTo(1);
  }

  @Test
  void packets_may_come_a_byte_at_a_time() throws Exception {
    for (byte[] piece : Samples.pieces(Samples.conversation(MqttVersion.MQTT_5), 1)) {
      socket.getOutputStream().write(piece);
    }

    String answers = HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
    assertThat(answers).startsWith("2018000015").endsWith("d000");
    await().until(() -> directory.last().detached.get() == 1);
    assertThat(directory.last().confirmed).containsExactly(4);
  }

  private Attachment attach() throws IOException {
    socket.getOutputStream().write(HexFormat.of().parseHex(CONNECT));
    assertThat(socket.getInputStream().readNBytes(26)).startsWith((byte) 0x20);
    return directory.last();
  }
}
