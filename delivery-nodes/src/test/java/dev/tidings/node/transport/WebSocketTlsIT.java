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
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * MQTT over WebSocket within TLS, over real sockets.
 *
 * <p>Shows G80 of docs/guarantees.md.
 */
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
    assertThat(publishes.receive(60, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes())
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

  /** A client that offers this protocol by ALPN, as browsers do HTTP/1.1. */
  private Browser browser(String protocol) throws Exception {
    return new Browser(front.webSocketTlsPort(), protocol);
  }

  private static byte[] request(String path) {
    return """
    GET %s HTTP/1.1
    Host: localhost
    Upgrade: websocket
    Connection: Upgrade
    Sec-WebSocket-Version: 13
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
    Sec-WebSocket-Protocol: mqtt
    Origin: https://localhost

    """
        .formatted(path)
        .replace("\n", "\r\n")
        .getBytes(US_ASCII);
  }

  @Test
  void a_refusal_ends_with_the_last_message_of_tls() throws Exception {
    try (Browser browser = browser("http/1.1")) {
      browser.send(request("/other"));

      assertThat(browser.endsWithCloseNotify()).isTrue();
      assertThat(browser.received()).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void the_end_is_a_close_frame_and_then_the_last_message_of_tls() throws Exception {
    try (Browser browser = browser("http/1.1")) {
      browser.send(request("/mqtt"));
      await().until(() -> browser.received().endsWith("\r\n\r\n"));
      assertThat(browser.received()).startsWith("HTTP/1.1 101 ");
      browser.send(hex("8290" + "00000000" + CONNECT));
      await().until(() -> !directory.attachments.isEmpty());
      directory.last().link.close(CloseReason.TAKEN_OVER);
      String disconnectAndClose = new String(hex("8203e0018e" + "880203e8"), ISO_8859_1);
      await().until(() -> browser.received().endsWith(disconnectAndClose));
      browser.send(hex("8882" + "00000000" + "03e8"));

      assertThat(browser.endsWithCloseNotify()).isTrue();
    }
  }

  @Test
  void who_offers_another_protocol_is_refused() throws Exception {
    try (Browser browser = browser("h2")) {
      assertThatThrownBy(browser::shakeHands).hasMessageContaining("no_application_protocol");
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  /** A client that sees how TLS ends. */
  private static final class Browser extends ChannelInboundHandlerAdapter implements AutoCloseable {
    private final EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final StringBuffer received = new StringBuffer();
    private final CompletableFuture<Boolean> closeNotify = new CompletableFuture<>();
    private final SslHandler tls;
    private final Channel channel;

    Browser(int port, String protocol) throws Exception {
      tls =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .applicationProtocolConfig(
                  new ApplicationProtocolConfig(
                      ApplicationProtocolConfig.Protocol.ALPN,
                      SelectorFailureBehavior.NO_ADVERTISE,
                      SelectedListenerFailureBehavior.ACCEPT,
                      protocol))
              .build()
              .newHandler(ByteBufAllocator.DEFAULT);
      channel =
          new Bootstrap()
              .group(loops)
              .channel(NioSocketChannel.class)
              .handler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {
                      opened.pipeline().addLast(tls, Browser.this);
                    }
                  })
              .connect("127.0.0.1", port)
              .sync()
              .channel();
    }

    void shakeHands() throws Exception {
      tls.handshakeFuture().sync();
    }

    void send(byte[] bytes) {
      channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    String received() {
      return received.toString();
    }

    /** Waits for the end, and returns whether it was the one that TLS has. */
    boolean endsWithCloseNotify() throws Exception {
      return closeNotify.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received.append(bytes.toString(ISO_8859_1));
      bytes.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslCloseCompletionEvent end) {
        closeNotify.complete(end.isSuccess());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      closeNotify.complete(false);
    }

    @Override
    public void close() throws Exception {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
    }
  }
}
