package dev.tidings.device;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfigBuilder;
import com.hivemq.client.mqtt.lifecycle.MqttClientConnectedListener;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Creates the MQTT client's transport configuration for a server. */
final class Transport {
  private final @Nullable MqttClientSslConfig ssl;

  /**
   * Reads the trusted certificates once.
   *
   * @throws IllegalArgumentException if the file has no certificates
   */
  Transport(Optional<Tls> tls) {
    this.ssl = tls.map(Transport::config).orElse(null);
  }

  /** Creates a client that connects to this server first. */
  Mqtt5AsyncClient client(
      String serial,
      ServerAddress server,
      MqttClientConnectedListener connected,
      MqttClientDisconnectedListener disconnected) {
    return MqttClient.builder()
        .useMqttVersion5()
        .identifier(serial)
        .transportConfig(to(server))
        .addConnectedListener(connected)
        .addDisconnectedListener(disconnected)
        .buildAsync();
  }

  MqttClientTransportConfig to(ServerAddress server) {
    MqttClientTransportConfigBuilder transport =
        MqttClientTransportConfig.builder().serverHost(server.host()).serverPort(server.port());
    return (ssl == null ? transport : transport.sslConfig(ssl)).build();
  }

  private static MqttClientSslConfig config(Tls tls) {
    return MqttClientSslConfig.builder()
        .trustManagerFactory(tls.ca().map(Transport::trust).orElse(null))
        .build();
  }

  private static TrustManagerFactory trust(Path ca) {
    try (InputStream in = Files.newInputStream(ca)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new IllegalArgumentException("ca: " + ca + " (expected: certificates in PEM)");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      return trust;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("ca: " + ca + " (expected: certificates in PEM)", e);
    }
  }
}
