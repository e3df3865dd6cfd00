package dev.tidings.node.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.net.tls.ClientCertificates;
import dev.tidings.net.tls.ClientTrust;
import dev.tidings.net.tls.ServerContexts;
import dev.tidings.net.tls.ServerIdentity;
import dev.tidings.node.mqtt.Deliveries;
import dev.tidings.node.mqtt.FakeDirectory;
import dev.tidings.node.mqtt.FakeRegistrar;
import dev.tidings.node.mqtt.MqttHandlers;
import dev.tidings.node.mqtt.MqttSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G80 and G93 of docs/guarantees.md. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MqttTlsChannelTest {
  private final List<EmbeddedChannel> opened = new ArrayList<>();
  private ServerIdentity identity;

  @BeforeAll
  void identify() throws Exception {
    identity = TestIdentity.of(TestIdentity.bundle());
  }

  @AfterEach
  void close() {
    opened.forEach(EmbeddedChannel::finishAndReleaseAll);
    opened.clear();
  }

  @Test
  void tls_is_spoken_by_boringssl_as_on_every_listener() throws Exception {
    assertThat(node().pipeline().get(SslHandler.class).engine())
        .isInstanceOf(ReferenceCountedOpenSslEngine.class);
  }

  @Test
  void a_client_may_not_renegotiate() throws Exception {
    EmbeddedChannel node = node();
    EmbeddedChannel device = device(client().protocols("TLSv1.2"));
    Wire.exchange(device, node);
    assertThat(handshake(device).handshakeFuture().isSuccess()).isTrue();
    handshake(device).renegotiate();

    assertThatThrownBy(() -> Wire.exchange(device, node)).hasMessageContaining("no_renegotiation");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void a_client_that_says_it_sends_no_more_is_gone(String version) throws Exception {
    EmbeddedChannel node = node();
    EmbeddedChannel device = device(client().protocols(version));
    Wire.exchange(device, node);
    handshake(device).closeOutbound();
    Wire.exchange(device, node);

    assertThat(node.isOpen()).isFalse();
  }

  private static ApplicationProtocolConfig offering(String... protocols) {
    return new ApplicationProtocolConfig(
        ApplicationProtocolConfig.Protocol.ALPN,
        SelectorFailureBehavior.NO_ADVERTISE,
        SelectedListenerFailureBehavior.ACCEPT,
        protocols);
  }

  @ParameterizedTest
  @CsvSource({"mqtt,mqtt", "'http/1.1,mqtt',mqtt"})
  void alpn_is_mqtt_or_nothing(String offered, String chosen) throws Exception {
    EmbeddedChannel node = node();
    EmbeddedChannel device =
        device(client().applicationProtocolConfig(offering(offered.split(","))));
    Wire.exchange(device, node);

    assertThat(handshake(device).handshakeFuture().isSuccess()).isTrue();
    assertThat(handshake(device).applicationProtocol()).isEqualTo(chosen);
  }

  @Test
  void who_wants_to_speak_something_else_is_refused() throws Exception {
    EmbeddedChannel node = node();
    EmbeddedChannel device = device(client().applicationProtocolConfig(offering("foo")));

    assertThatThrownBy(() -> Wire.exchange(device, node))
        .hasMessageContaining("no_application_protocol");
    assertThat(node.isOpen()).isFalse();
  }

  @Test
  void chacha20_may_be_used_by_devices_without_aes() throws Exception {
    EmbeddedChannel node = node();
    String suite = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
    EmbeddedChannel device = device(client().protocols("TLSv1.2").ciphers(List.of(suite)));
    Wire.exchange(device, node);

    assertThat(handshake(device).engine().getSession().getCipherSuite()).isEqualTo(suite);
  }

  private EmbeddedChannel node() throws Exception {
    return node(TestIdentity.context(identity));
  }

  private EmbeddedChannel node(SslContext tls) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    return opened(
        new EmbeddedChannel(
            new TlsPipeline(
                () -> tls,
                new MqttHandlers(
                    MqttSettings.DEFAULTS,
                    new FakeDirectory(),
                    new FakeRegistrar(),
                    () -> Deliveries.NOW,
                    meters),
                Limits.of(10, meters),
                Optional.empty())));
  }

  @Test
  void a_device_needs_a_certificate_where_the_node_asks_for_it() throws Exception {
    X509Bundle authority = TestIdentity.bundle();
    SslContext asking =
        ServerContexts.of(
            "mqtts",
            identity,
            new ClientTrust(ClientCertificates.NEED, List.of(authority.getCertificate())),
            List.of("mqtt"));
    X509Bundle own =
        new CertificateBuilder().ecp256().subject("CN=phone-1").buildIssuedBy(authority);
    EmbeddedChannel node = node(asking);
    EmbeddedChannel device =
        device(client().keyManager(own.getKeyPair().getPrivate(), own.getCertificatePath()));
    Wire.exchange(device, node);
    assertThat(handshake(node).handshakeFuture().isSuccess()).isTrue();
    assertThat(node.isOpen()).isTrue();

    EmbeddedChannel refusing = node(asking);
    EmbeddedChannel stranger = device(client());

    assertThatThrownBy(() -> Wire.exchange(stranger, refusing)).isInstanceOf(Exception.class);
    assertThat(refusing.isOpen()).isFalse();
  }

  private static SslContextBuilder client() {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .trustManager(InsecureTrustManagerFactory.INSTANCE);
  }

  private EmbeddedChannel device(SslContextBuilder tls) throws Exception {
    EmbeddedChannel device = opened(new EmbeddedChannel());
    device.pipeline().addLast(tls.build().newHandler(device.alloc()));
    return device;
  }

  private EmbeddedChannel opened(EmbeddedChannel channel) {
    opened.add(channel);
    return channel;
  }

  private static SslHandler handshake(EmbeddedChannel device) {
    return device.pipeline().get(SslHandler.class);
  }
}
