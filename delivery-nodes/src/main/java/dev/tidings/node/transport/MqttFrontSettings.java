package dev.tidings.node.transport;

import dev.tidings.node.mqtt.MqttSettings;
import java.time.Duration;
import java.util.List;

/**
 * What the front is told.
 *
 * @param bindAddress a name or an address of this machine; {@code 0.0.0.0} for all
 * @param tcpPort 0 for any free one
 * @param tlsPort 0 for any free one
 * @param webSocketPort 0 for any free one
 * @param backlog how many connections may wait to be accepted
 * @param maxConnections how many may be open, over all transports
 * @param maxConnecting how many of them may begin before they have said CONNECT
 * @param maxConnectingPerAddress how many of those from one address
 * @param maxConnectsPerSecond how many CONNECTs are answered; 0 for any number
 * @param maxConnectWait how long one may wait for its turn before the node says that it is busy
 * @param webSocketOrigins the web pages that may connect; none: those of the host itself
 * @param webSocketPingInterval after how much silence a WebSocket client is pinged; zero: never
 * @param webSocketMaxFrameBytes the largest frame taken or sent
 */
public record MqttFrontSettings(
    String bindAddress,
    int tcpPort,
    int tlsPort,
    int webSocketPort,
    int backlog,
    int maxConnections,
    int maxConnecting,
    int maxConnectingPerAddress,
    int maxConnectsPerSecond,
    Duration maxConnectWait,
    List<String> webSocketOrigins,
    Duration webSocketPingInterval,
    int webSocketMaxFrameBytes,
    MqttSettings mqtt) {
  public static final MqttFrontSettings DEFAULTS =
      new MqttFrontSettings(
          "0.0.0.0",
          1883,
          8883,
          8083,
          4096,
          100_000,
          4_096,
          256,
          5_000,
          Duration.ofSeconds(2),
          List.of(),
          Duration.ZERO,
          64 * 1024,
          MqttSettings.DEFAULTS);

  public MqttFrontSettings {
    check("MQTT port", tcpPort, 0, 65_535);
    check("MQTT TLS port", tlsPort, 0, 65_535);
    check("WebSocket port", webSocketPort, 0, 65_535);
    check("backlog", backlog, 1, 65_535);
    check("max connections", maxConnections, 1, Integer.MAX_VALUE / 2);
    check("max connecting", maxConnecting, 1, Integer.MAX_VALUE / 2);
    check("max connecting per address", maxConnectingPerAddress, 1, Integer.MAX_VALUE / 2);
    check("max connects per second", maxConnectsPerSecond, 0, Integer.MAX_VALUE);
    check("WebSocket max frame bytes", webSocketMaxFrameBytes, 1024, 16 * 1024 * 1024);
    webSocketOrigins = List.copyOf(webSocketOrigins);
    if (webSocketPingInterval.isNegative()) {
      throw new IllegalArgumentException(
          "WebSocket ping interval: " + webSocketPingInterval + " (expected: >= 0)");
    }
  }

  /** One that answers CONNECTs as fast as they come, and any port for TLS. */
  public MqttFrontSettings(
      String bindAddress,
      int tcpPort,
      int webSocketPort,
      int backlog,
      int maxConnections,
      Duration webSocketPingInterval,
      int webSocketMaxFrameBytes,
      MqttSettings mqtt) {
    this(
        bindAddress,
        tcpPort,
        0,
        webSocketPort,
        backlog,
        maxConnections,
        DEFAULTS.maxConnecting(),
        DEFAULTS.maxConnectingPerAddress(),
        0,
        Duration.ZERO,
        List.of(),
        webSocketPingInterval,
        webSocketMaxFrameBytes,
        mqtt);
  }

  private static void check(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
