package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.certificate.CertificateDevices;
import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.ClientTrust;
import dev.tidings.net.tls.ServerContexts;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.Gatekeeper;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.connect.ConnectPace;
import dev.tidings.node.session.SessionKeeper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the authenticator learns of a device's TLS handshake, and what follows from it.
 *
 * <p>Shows G95 of docs/guarantees.md.
 */
final class DeviceCertificatesChannelTest {
  private static final byte[] CONNECT = HexFormat.of().parseHex("100e00044d5154540502003c00000161");
  private static final byte[] CONNECT_311 =
      HexFormat.of().parseHex("100d00044d5154540402003c000161");
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private final Gatekeeper gatekeeper = new Gatekeeper();
  private EmbeddedChannel device = new EmbeddedChannel();
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
                .clientAuth(asked)
                .build(),
            gatekeeper,
            new FakeDirectory());
    SslContextBuilder client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(InsecureTrustManagerFactory.INSTANCE);
    if (hasOne) {
      client.keyManager(identity.key(), identity.chain());
    }
    device.pipeline().addLast(client.build().newHandler(device.alloc()));
    Wire.exchange(device, node);
    device.writeOutbound(Unpooled.wrappedBuffer(CONNECT));
    Wire.exchange(device, node);

    assertThat(gatekeeper.asked)
        .singleElement()
        .satisfies(credentials ->
            assertThat(credentials.certificates())
                .isEqualTo(seen ? identity.chain() : List.<X509Certificate>of()));
  }

  /** A device at a node whose devices have certificates of an authority. */
  private String answer(byte[] connect, FakeDirectory directory, Optional<String> subject)
      throws Exception {
    X509Bundle authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=devices")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SslContext context =
        ServerContexts.of(
            "mqtts",
            identity,
            new ClientTrust(ClientCertificates.WANT, List.of(authority.getCertificate())),
            MqttTls.MQTT_PROTOCOLS);
    node = node(context, new CertificateDevices(() -> NOW), directory);
    node.freezeTime();
    SslContextBuilder client =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager(InsecureTrustManagerFactory.INSTANCE);
    if (subject.isPresent()) {
      X509Bundle own =
          new CertificateBuilder()
              .ecp256()
              .subject(subject.get())
              .notBefore(NOW.minusSeconds(60))
              .notAfter(NOW.plusSeconds(60))
              .buildIssuedBy(authority);
      client.keyManager(own.getKeyPair().getPrivate(), own.getCertificatePath());
    }
    device.pipeline().addLast(client.build().newHandler(device.alloc()));
    Wire.exchange(device, node);
    device.writeOutbound(Unpooled.wrappedBuffer(connect));
    Wire.exchange(device, node);
    return received();
  }

  private String received() {
    ByteBuf bytes = device.readInbound();
    String hex = bytes == null ? "" : ByteBufUtil.hexDump(bytes);
    ReferenceCountUtil.release(bytes);
    return hex;
  }

  @ParameterizedTest
  @CsvSource({
    "CN=a, 20180000, 20020000",
    "CN=b, 2003008700, 20020005",
    "O=Example, 2003008600, 20020004",
    ", 2003008600, 20020004"
  })
  void a_device_is_answered_by_what_its_certificate_says(
      String subject, String answer5, String answer311) throws Exception {
    FakeDirectory directory = new FakeDirectory();

    assertThat(answer(CONNECT, directory, Optional.ofNullable(subject))).startsWith(answer5);
    assertThat(directory.attachments).hasSize("CN=a".equals(subject) ? 1 : 0);
    reset();
    assertThat(answer(CONNECT_311, directory, Optional.ofNullable(subject))).isEqualTo(answer311);
  }

  private void reset() {
    close();
    device = new EmbeddedChannel();
  }

  @Test
  void a_session_ends_when_the_certificate_does() throws Exception {
    FakeDirectory directory = new FakeDirectory();
    answer(CONNECT, directory, Optional.of("CN=a"));
    assertThat(directory.last().detached).hasValue(0);

    node.advanceTimeBy(60, TimeUnit.SECONDS);
    node.runScheduledPendingTasks();
    Wire.exchange(device, node);

    assertThat(received()).isEqualTo("e00187");
    assertThat(directory.last().detached).hasValue(1);
  }

  private EmbeddedChannel node(
      SslContext context, DeviceAuthenticator authenticator, FakeDirectory directory) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    return new EmbeddedChannel(
        new TlsPipeline(
            () -> context,
            new MqttHandlers(
                MqttSettings.DEFAULTS,
                ConnectPace.unlimited(),
                authenticator,
                directory,
                new FakeRegistrar(),
                SessionKeeper.none(),
                () -> NOW,
                meters),
            Limits.of(10, meters),
            Optional.empty()));
  }
}
