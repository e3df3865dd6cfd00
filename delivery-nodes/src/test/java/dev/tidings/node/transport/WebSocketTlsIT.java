package dev.tidings.node.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import dev.tidings.auth.device.OpenDevices;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.TlsFiles;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeDirectory.Attachment;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** MQTT over WebSocket within TLS, over real sockets. */
@Timeout(60)
final class WebSocketTlsIT {
  private static final String CONNECT = "100e00044d5154540502003c00000161";

  @TempDir private Path files;
  private final FakeDirectory directory = new FakeDirectory();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private X509Bundle certificate;
  private MqttTls tls;
  private MqttFront front;

  @BeforeEach
  void start() throws Exception {
    certificate = renew();
    tls =
        MqttTls.start(
            new TlsFiles(
                files.resolve("cert.pem"),
                files.resolve("key.pem"),
                Optional.empty(),
                ClientCertificates.NONE),
            InstantSource.system(),
            meters);
    front =
        new MqttFront(
            new MqttFrontSettings(
                "127.0.0.1", 0, 0, 128, 100, Duration.ZERO, 4096, MqttSettings.DEFAULTS),
            Loops.of(1, meters),
            Optional.empty(),
            Optional.of(tls.contexts()),
            new OpenDevices(),
            directory,
            new FakeRegistrar(),
            SessionKeeper.none(),
            () -> Deliveries.NOW,
            meters);
    front.start();
  }

  @AfterEach
  void close() throws Exception {
    front.close(Duration.ofSeconds(5));
    tls.close();
  }

  /** Replaces the files of the certificate and its key. */
  private X509Bundle renew() throws Exception {
    X509Bundle bundle = TestIdentity.bundle();
    Files.writeString(files.resolve("key.pem"), bundle.getPrivateKeyPEM());
    Files.writeString(files.resolve("cert.pem"), bundle.getCertificatePathPEM());
    return bundle;
  }

  private Mqtt5BlockingClient hivemq5(String serial, X509Bundle trusted) throws Exception {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(serial)
        .serverHost("127.0.0.1")
        .serverPort(front.webSocketTlsPort())
        .sslConfig()
        .trustManagerFactory(trusted.toTrustManagerFactory())
        .applySslConfig()
        .webSocketConfig()
        .serverPath("mqtt")
        .applyWebSocketConfig()
        .buildBlocking();
  }

  private double open() {
    return meters.get("tidings.node.connections").tag("transport", "websocket-tls").gauge().value();
  }

  private static void push(Attachment attachment, Mqtt5Publishes publishes) throws Exception {
    attachment.link.push(1, false, Deliveries.delivery());
    attachment.link.flush();
    assertThat(publishes.receive(10, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
        .isEqualTo(Deliveries.PAYLOAD.getBytes(UTF_8));
  }

  @Test
  void hivemq5_receives_a_notification_and_confirms_it() throws Exception {
    Mqtt5BlockingClient client = hivemq5("phone-1", certificate);
    try (var publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
      client.connect();
      Attachment attachment = directory.last();
      push(attachment, publishes);
      await().until(() -> attachment.confirmed.contains(1));
      assertThat(open()).isOne();
      client.disconnect();
      await().until(() -> attachment.detached.get() == 1);
    }
    await().until(() -> open() == 0);
  }

  @Test
  void a_new_certificate_is_for_new_connections_and_ends_none() throws Exception {
    Mqtt5BlockingClient before = hivemq5("before", certificate);
    try (var publishes = before.publishes(MqttGlobalPublishFilter.ALL)) {
      before.connect();
      Attachment attachment = directory.last();
      X509Bundle second = renew();
      tls.reload();

      Mqtt5BlockingClient after = hivemq5("after", second);
      after.connect();
      after.disconnect();
      Mqtt5BlockingClient late = hivemq5("late", certificate);
      assertThatThrownBy(late::connect).isInstanceOf(ConnectionFailedException.class);
      push(attachment, publishes);
      before.disconnect();
    }
  }

  /** Connects as a browser does, which offers HTTP/1.1 by ALPN. */
  private SSLSocket browser(String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", front.webSocketTlsPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(protocols);
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static void request(SSLSocket socket, String path) throws Exception {
    socket
        .getOutputStream()
        .write(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Sec-WebSocket-Protocol: mqtt\r\nOrigin: https://localhost\r\n\r\n")
                .getBytes(US_ASCII));
  }

  private static String read(InputStream in, String end) throws Exception {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as("the end, after: %s", read).isNotNegative();
      read.append((char) next);
    }
    return read.toString();
  }

  @Test
  void a_refusal_ends_with_the_last_message_of_tls() throws Exception {
    try (SSLSocket socket = browser("http/1.1")) {
      request(socket, "/other");

      // Without close_notify, this would be an exception.
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 404 ");
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    }
  }

  @Test
  void the_end_is_a_close_frame_and_then_the_last_message_of_tls() throws Exception {
    try (SSLSocket socket = browser("http/1.1")) {
      request(socket, "/mqtt");
      InputStream in = socket.getInputStream();
      assertThat(read(in, "\r\n\r\n")).startsWith("HTTP/1.1 101 ");
      socket.getOutputStream().write(hex("8290" + "00000000" + CONNECT));
      await().until(() -> !directory.attachments.isEmpty());
      directory.last().link.close(CloseReason.TAKEN_OVER);
      assertThat(HexFormat.of().formatHex(read(in, latin("880203e8")).getBytes(ISO_8859_1)))
          .endsWith("8203e0018e" + "880203e8");
      socket.getOutputStream().write(hex("8882" + "00000000" + "03e8"));

      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void who_offers_another_protocol_is_refused() throws Exception {
    try (SSLSocket socket = browser("h2")) {
      assertThatThrownBy(socket::startHandshake).hasMessageContaining("no_application_protocol");
    }
  }

  private static String latin(String hex) {
    return new String(hex(hex), ISO_8859_1);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
