package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.Gatekeeper;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the authenticator learns of a device's TLS handshake. */
final class DeviceCertificatesChannelTest {
  private static final byte[] CONNECT = HexFormat.of().parseHex("100e00044d5154540502003c00000161");

  private final Gatekeeper gatekeeper = new Gatekeeper();
  private final EmbeddedChannel device = new EmbeddedChannel();
  private ServerIdentity identity;
  private EmbeddedChannel node = new EmbeddedChannel();

  @BeforeEach
  void identify() throws Exception {
    identity = TestIdentity.of(TestIdentity.bundle());
  }

  @AfterEach
  void close() {
    node.finishAndReleaseAll();
    device.finishAndReleaseAll();
  }

  @ParameterizedTest
  @CsvSource({
    "JDK, OPTIONAL, true, true",
    "OPENSSL, OPTIONAL, true, true",
    "JDK, OPTIONAL, false, false",
    "OPENSSL, OPTIONAL, false, false",
    "OPENSSL, NONE, true, false"
  })
  void the_authenticator_gets_the_certificates_that_the_device_has_proved(
      SslProvider provider, ClientAuth asked, boolean hasOne, boolean seen) throws Exception {
    node =
        node(
            SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(provider)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .clientAuth(asked));
    SslContextBuilder client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(InsecureTrustManagerFactory.INSTANCE);
    if (hasOne) {
      client.keyManager(identity.key(), identity.chain());
    }
    device.pipeline().addLast(client.build().newHandler(device.alloc()));
    exchange();
    device.writeOutbound(Unpooled.wrappedBuffer(CONNECT));
    exchange();

    assertThat(gatekeeper.asked)
        .singleElement()
        .satisfies(credentials ->
            assertThat(credentials.certificates())
                .isEqualTo(seen ? identity.chain() : List.<X509Certificate>of()));
  }

  private EmbeddedChannel node(SslContextBuilder tls) throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    SslContext context = tls.build();
    return new EmbeddedChannel(
        new TlsPipeline(
            () -> context,
            new MqttHandlers(
                MqttSettings.DEFAULTS,
                ConnectPace.unlimited(),
                gatekeeper,
                new FakeDirectory(),
                new FakeRegistrar(),
                SessionKeeper.none(),
                () -> Deliveries.NOW,
                meters),
            Limits.of(10, meters),
            Optional.empty()));
  }

  /** Carries bytes to and fro until there are none. */
  private void exchange() {
    boolean moved = true;
    while (moved) {
      moved = carry(device, node);
      moved |= carry(node, device);
    }
  }

  private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean moved = false;
    for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
      if (out.isReadable() && to.isOpen()) {
        to.writeInbound(out);
        moved = true;
      } else {
        out.release();
      }
    }
    to.runPendingTasks();
    return moved;
  }
}
