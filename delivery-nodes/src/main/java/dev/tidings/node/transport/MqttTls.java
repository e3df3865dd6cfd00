package dev.tidings.node.transport;

import dev.tidings.net.tls.ReloadingTls;
import dev.tidings.net.tls.TlsFiles;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;

/** The TLS of the front end: contexts from the same files, replaced when those change. */
public final class MqttTls implements AutoCloseable {
  /** The protocol name registered for ALPN; most devices offer none. */
  static final List<String> MQTT_PROTOCOLS = List.of("mqtt");

  /** The handshake of a WebSocket is a request in HTTP/1.1, and that is what browsers offer. */
  static final List<String> WEB_SOCKET_PROTOCOLS = List.of("http/1.1");

  private final ReloadingTls mqtt;
  private final ReloadingTls webSocket;

  private MqttTls(ReloadingTls mqtt, ReloadingTls webSocket) {
    this.mqtt = mqtt;
    this.webSocket = webSocket;
  }

  public static MqttTls start(TlsFiles files, InstantSource clock, MeterRegistry metrics)
      throws IOException, GeneralSecurityException {
    ReloadingTls mqtt = ReloadingTls.start("mqtts", files, MQTT_PROTOCOLS, clock, metrics);
    try {
      return new MqttTls(
          mqtt, ReloadingTls.start("wss", files, WEB_SOCKET_PROTOCOLS, clock, metrics));
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      mqtt.close();
      throw e;
    }
  }

  public TlsContexts contexts() {
    return new TlsContexts(mqtt, webSocket);
  }

  /** Replaces the contexts if the files have changed, and can be used. */
  void reload() {
    mqtt.reload();
    webSocket.reload();
  }

  /** Stops reading the files. */
  @Override
  public void close() {
    mqtt.close();
    webSocket.close();
  }
}
