package dev.tidings.node.settings;

import dev.tidings.net.limit.AddressRanges;
import dev.tidings.net.limit.OpenFiles;
import dev.tidings.net.tls.TlsSettings;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.transport.MqttFrontSettings;
import dev.tidings.node.websocket.WebSocketOrigins;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.time.Duration;
import java.util.List;

/** The settings of the devices' ports and connections. */
final class FrontSettings {
  // A default that the front end has as well is taken from there, so it is defined once.
  private static final MqttFrontSettings DEFAULTS = MqttFrontSettings.DEFAULTS;
  private static final MqttSettings MQTT = DEFAULTS.mqtt();

  static final Setting<Integer> MQTT_PORT =
      Setting.port("mqtt.port", DEFAULTS.tcpPort(), "Port for MQTT over TCP; 0: any free.");
  static final Setting<Integer> MQTT_TLS_PORT =
      Setting.port("mqtt.tls.port", DEFAULTS.tlsPort(), "Port for MQTT over TLS; 0: any free.");
  static final TlsSettings MQTT_TLS = TlsSettings.of("mqtt.tls");
  static final Setting<Integer> MQTT_WS_PORT =
      Setting.port(
          "mqtt.ws.port",
          DEFAULTS.webSocketPort(),
          "Port for MQTT over WebSocket, path /mqtt; 0: any free.");
  static final Setting<Integer> MQTT_WSS_PORT =
      Setting.port(
          "mqtt.wss.port",
          DEFAULTS.webSocketTlsPort(),
          "Port for MQTT over WebSocket within TLS, path /mqtt, with the certificate of mqtt.tls;"
              + " 0: any free.");
  static final Setting<List<String>> MQTT_WS_ORIGINS =
      Setting.list(
          "mqtt.ws.origins",
          DEFAULTS.webSocketOrigins(),
          "Web pages that may connect over WebSocket, such as https://app.example.com, separated by"
              + " commas; * for any; empty: pages of the host they connect to. The origin null is"
              + " refused always. Clients that are no browsers say none, and may.");
  static final Setting<Duration> MQTT_WS_PING_INTERVAL =
      Setting.duration(
          "mqtt.ws.ping.interval",
          DEFAULTS.webSocketPingInterval(),
          Duration.ZERO,
          Duration.ofDays(1),
          "After how much silence a WebSocket client is pinged, for proxies that forget idle"
              + " connections sooner than devices' keep-alive; 0s: never, for it keeps phones"
              + " awake.");
  static final Setting<String> BIND_ADDRESS =
      Setting.text(
          "bind.address",
          DEFAULTS.bindAddress(),
          "Address to listen on; 0.0.0.0: every one; a name: all it has, localhost both"
              + " loopbacks.");
  static final Setting<List<String>> TRUSTED_PROXIES =
      Setting.list(
          "proxy.trusted",
          List.of(),
          "Addresses and networks (10.0.0.0/8) of balancers that speak the PROXY protocol (v1 or"
              + " v2) on the devices' ports, separated by commas: each of their connections has to"
              + " begin with a header, and the address in it counts as the device's. From all"
              + " others none is read.");
  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.integer(
          "max.connections",
          DEFAULTS.maxConnections(),
          1,
          10_000_000,
          "Connections at once; fewer if the process may not open so many files and 512 more.");
  static final Setting<Integer> MAX_CONNECTIONS_PER_ADDRESS =
      Setting.integer(
          "max.connections.per.address",
          DEFAULTS.maxConnectionsPerAddress(),
          0,
          10_000_000,
          "Of these, how many from one address (IPv6: one /64); more are closed at once; devices"
              + " behind one NAT, or a balancer that is not in proxy.trusted, have one address"
              + " together; 0: no limit.");
  static final Setting<Integer> MAX_CONNECTING =
      Setting.integer(
          "max.connecting",
          DEFAULTS.maxConnecting(),
          1,
          1_000_000,
          "Of the connections at once, how many may be under way to their CONNECT, TLS handshakes"
              + " included; as many more are held until there is room, the one that came last"
              + " first.");
  static final Setting<Integer> MAX_CONNECTING_PER_ADDRESS =
      Setting.integer(
          "max.connecting.per.address",
          DEFAULTS.maxConnectingPerAddress(),
          1,
          1_000_000,
          "Of those, how many from one address (IPv6: one /64); behind a balancer as many as"
              + " max.connecting.");
  static final Setting<Integer> MAX_CONNECTS_PER_SECOND =
      Setting.integer(
          "max.connects.per.second",
          DEFAULTS.maxConnectsPerSecond(),
          0,
          10_000_000,
          "CONNECTs answered in a second; more wait up to 2 s for their turn, and the connections"
              + " of those beyond are closed; 0: no limit.");
  static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration(
          "connect.timeout",
          MQTT.connectTimeout(),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How long a new connection may take to send its CONNECT.");
  static final Setting<Integer> MAX_PACKET_SIZE =
      Setting.integer(
          "max.packet.size",
          MQTT.maxPacketBytes(),
          256,
          1 << 28,
          "The largest MQTT packet a device may send, in bytes.");
  static final Setting<Integer> MAX_PACKETS_PER_SECOND =
      Setting.integer(
          "max.packets.per.second",
          MQTT.maxPacketsPerSecond(),
          0,
          1_000_000,
          "How many MQTT packets a device may send in a second on average, and ten times as many at"
              + " once, besides confirmations of what it was sent; one that sends more is"
              + " disconnected (0x96); 0: no limit.");
  static final Setting<Integer> MAX_CREDIT =
      Setting.integer(
          "max.credit",
          MQTT.maxCredit(),
          1,
          65_535,
          "Most unconfirmed notifications on a connection, however large its Receive Maximum.");
  static final Setting<Duration> MAX_KEEP_ALIVE =
      Setting.duration(
          "max.keep.alive",
          MQTT.maxKeepAlive(),
          Duration.ofSeconds(1),
          Duration.ofSeconds(65_535),
          "The longest keep-alive a device is granted; also for those that ask for none.");

  static final Settings PORTS =
      Settings.of(
          MQTT_PORT,
          MQTT_TLS_PORT,
          MQTT_TLS.certificate(),
          MQTT_TLS.key(),
          MQTT_TLS.clientCa(),
          MQTT_TLS.clientAuth(),
          MQTT_WS_PORT,
          MQTT_WSS_PORT,
          MQTT_WS_ORIGINS,
          MQTT_WS_PING_INTERVAL,
          BIND_ADDRESS,
          TRUSTED_PROXIES);

  static final Settings CONNECTIONS =
      Settings.of(
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_ADDRESS,
          MAX_CONNECTING,
          MAX_CONNECTING_PER_ADDRESS,
          MAX_CONNECTS_PER_SECOND,
          CONNECT_TIMEOUT,
          DeviceAuthentication.MODE,
          DeviceAuthentication.ISSUERS,
          DeviceAuthentication.AUDIENCE,
          DeviceAuthentication.TRUSTED_HOSTS,
          DeviceAuthentication.REFUSALS_BURST,
          DeviceAuthentication.REFUSALS_PER_SECOND,
          DeviceAuthentication.CHECKS_PER_SECOND,
          MAX_PACKET_SIZE,
          MAX_PACKETS_PER_SECOND,
          MAX_CREDIT,
          MAX_KEEP_ALIVE);

  private FrontSettings() {}

  /** Reads them, except for those of TLS and of authentication. */
  static MqttFrontSettings of(Config config) {
    return new MqttFrontSettings(
        config.get(BIND_ADDRESS),
        config.get(MQTT_PORT),
        config.get(MQTT_TLS_PORT),
        config.get(MQTT_WS_PORT),
        config.get(MQTT_WSS_PORT),
        trustedProxies(config),
        DEFAULTS.backlog(),
        OpenFiles.connections(config.get(MAX_CONNECTIONS), OpenFiles.most()),
        config.get(MAX_CONNECTIONS_PER_ADDRESS),
        config.get(MAX_CONNECTING),
        config.get(MAX_CONNECTING_PER_ADDRESS),
        config.get(MAX_CONNECTS_PER_SECOND),
        DEFAULTS.maxConnectWait(),
        DeviceAuthentication.refusals(config),
        origins(config),
        config.get(MQTT_WS_PING_INTERVAL),
        DEFAULTS.webSocketMaxFrameBytes(),
        new MqttSettings(
            config.get(MAX_PACKET_SIZE),
            config.get(CONNECT_TIMEOUT),
            config.get(MAX_KEEP_ALIVE),
            config.get(MAX_CREDIT),
            MQTT.maxRegistrations(),
            config.get(MAX_PACKETS_PER_SECOND),
            MQTT.writeTimeout(),
            MQTT.lingerTimeout(),
            MQTT.redirectSpread()));
  }

  /** Returns the balancers whose word on a device's address counts. */
  static AddressRanges trustedProxies(Config config) {
    return AddressRanges.of(config, TRUSTED_PROXIES);
  }

  /** Returns the web pages that may connect over WebSocket. */
  static List<String> origins(Config config) {
    List<String> origins = config.get(MQTT_WS_ORIGINS);
    for (String origin : origins) {
      if (!WebSocketOrigins.isValid(origin)) {
        throw ConfigException.of(MQTT_WS_ORIGINS, origin, WebSocketOrigins.EXPECTED);
      }
    }
    return origins;
  }
}
