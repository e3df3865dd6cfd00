package dev.tidings.node.transport;

import dev.tidings.net.limit.AddressRanges;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.mqtt.connect.RefusalLimits;
import java.time.Duration;
import java.util.List;

/**
 * Settings of the front end.
 *
 * @param bindAddress a name or an address of this machine; {@code 0.0.0.0} for all
 * @param tcpPort the port for TCP; 0 for any free one
 * @param tlsPort the port for TLS; 0 for any free one
 * @param webSocketPort the port for WebSocket; 0 for any free one
 * @param webSocketTlsPort the port for WebSocket within TLS; 0 for any free one
 * @param trustedProxies whose connections begin with a header of the PROXY protocol
 * @param backlog the maximum number of connections waiting to be accepted
 * @param maxConnections the maximum number of open connections, over all transports
 * @param maxConnectionsPerAddress how many of them may come from one address; 0 for no limit
 * @param maxConnecting how many of them may be served before they have sent CONNECT
 * @param maxConnectingPerAddress how many of those may come from one address
 * @param maxConnectsPerSecond how many CONNECTs are answered per second; 0 for no limit
 * @param maxConnectWait how long a CONNECT may wait for its turn before it is answered with "server
 *     busy"
 * @param refusals limits of addresses from which credentials are refused
 * @param webSocketOrigins the origins of web pages that may connect; if empty, those of the host
 *     itself
 * @param webSocketPingInterval the silence after which a WebSocket client is pinged; zero: never
 * @param webSocketMaxFrameBytes the largest frame accepted or sent
 */
public record MqttFrontSettings(
    String bindAddress,
    int tcpPort,
    int tlsPort,
    int webSocketPort,
    int webSocketTlsPort,
    AddressRanges trustedProxies,
    int backlog,
    int maxConnections,
    int maxConnectionsPerAddress,
    int maxConnecting,
    int maxConnectingPerAddress,
    int maxConnectsPerSecond,
    Duration maxConnectWait,
    RefusalLimits refusals,
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
          8084,
          AddressRanges.NONE,
          4096,
          100_000,
          0,
          4_096,
          256,
          5_000,
          Duration.ofSeconds(2),
          RefusalLimits.DEFAULTS,
          List.of(),
          Duration.ZERO,
          64 * 1024,
          MqttSettings.DEFAULTS);

  public MqttFrontSettings {
    check("MQTT port", tcpPort, 0, 65_535);
    check("MQTT TLS port", tlsPort, 0, 65_535);
    check("WebSocket port", webSocketPort, 0, 65_535);
    check("WebSocket TLS port", webSocketTlsPort, 0, 65_535);
    check("backlog", backlog, 1, 65_535);
    check("max connections", maxConnections, 1, Integer.MAX_VALUE / 2);
    check("max connections per address", maxConnectionsPerAddress, 0, Integer.MAX_VALUE / 2);
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

  /** Creates settings without a limit on the rate of CONNECTs, and with any ports for TLS. */
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
        0,
        DEFAULTS.trustedProxies(),
        backlog,
        maxConnections,
        DEFAULTS.maxConnectionsPerAddress(),
        DEFAULTS.maxConnecting(),
        DEFAULTS.maxConnectingPerAddress(),
        0,
        Duration.ZERO,
        DEFAULTS.refusals(),
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
