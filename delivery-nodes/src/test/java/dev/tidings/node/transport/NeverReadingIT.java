package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who sends what has to be answered, and never reads an answer, is soon not read either.
 *
 * <p>Shows G79 of docs/guarantees.md.
 */
@Timeout(120)
final class NeverReadingIT {
  private static final String CONNECT = "100e00044d5154540502003c00000161";
  private static final String TOPIC = "24746964696e67732f7265676973746572";
  private static final long ENOUGH = 16L << 20;
  private static final long NOTHING_TAKEN_MILLIS = 3_000;

  enum Flood {
    WEB_SOCKET_PINGS_BEFORE_CONNECT(true, "", "89fd" + "00000000" + "78".repeat(125)),
    WEB_SOCKET_PINGS(true, frame(CONNECT), "89fd" + "00000000" + "78".repeat(125)),
    PINGREQS(false, CONNECT, "c000"),
    PINGREQS_IN_FRAMES(true, frame(CONNECT), frame("c000")),
    SUBSCRIBES(false, CONNECT, "8208" + "0001" + "00" + "0002" + "612f" + "01"),
    UNREADABLE_REGISTRATIONS(false, CONNECT, "3016" + "0011" + TOPIC + "00" + "7b7d");

    private final boolean webSocket;
    private final String start;
    private final String unit;

    Flood(boolean webSocket, String start, String unit) {
      this.webSocket = webSocket;
      this.start = start;
      this.unit = unit;
    }

    private static String frame(String bytes) {
      return "82"
          + HexFormat.of().toHexDigits((byte) (0x80 | bytes.length() / 2))
          + "00000000"
          + bytes;
    }
  }

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final MqttFront front =
      new MqttFront(
          Fronts.settings(
              new MqttSettings(
                  4096,
                  Duration.ofSeconds(60),
                  Duration.ofMinutes(10),
                  64,
                  8,
                  0,
                  Duration.ofSeconds(60),
                  Duration.ofMillis(500),
                  Duration.ZERO)),
          Loops.of(1, meters),
          new FakeDirectory(),
          new FakeRegistrar(),
          () -> Deliveries.NOW,
          meters);

  @BeforeEach
  void start() throws Exception {
    front.start();
  }

  @AfterEach
  void close() throws Exception {
    front.close(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @EnumSource
  void who_never_reads_is_not_read_any_more(Flood flood) throws Exception {
    try (SocketChannel socket = SocketChannel.open()) {
      socket.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      socket.setOption(StandardSocketOptions.SO_SNDBUF, 64 << 10);
      socket.connect(
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(),
              flood.webSocket ? front.webSocketPort() : front.tcpPort()));
      if (flood.webSocket) {
        socket.write(ByteBuffer.wrap(WebSocketDevice.HANDSHAKE));
        ByteBuffer answer = ByteBuffer.allocate(1024);
        while (!new String(answer.array(), US_ASCII).contains("\r\n\r\n")) {
          socket.read(answer);
        }
      }
      socket.write(ByteBuffer.wrap(HexFormat.of().parseHex(flood.start)));

      assertThat(taken(socket, flood.unit)).isLessThan(ENOUGH);
    }
  }

  /** How many bytes the node takes before it says that it reads no more, or takes none. */
  private long taken(SocketChannel socket, String unit) throws IOException {
    ByteBuffer flood = ByteBuffer.wrap(many(HexFormat.of().parseHex(unit)));
    socket.configureBlocking(false);
    try (Selector selector = Selector.open()) {
      socket.register(selector, SelectionKey.OP_WRITE);
      long taken = 0;
      while (taken < ENOUGH && full() == 0 && selector.select(NOTHING_TAKEN_MILLIS) > 0) {
        selector.selectedKeys().clear();
        taken += socket.write(flood);
        if (!flood.hasRemaining()) {
          flood.clear();
        }
      }
      return taken;
    }
  }

  private double full() {
    return meters.get("tidings.node.connections.full").gauge().value();
  }

  private static byte[] many(byte[] unit) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (all.size() < 64 << 10) {
      all.writeBytes(unit);
    }
    return all.toByteArray();
  }
}
