package dev.tidings.node;

import dev.tidings.net.tls.TlsSettings;
import dev.tidings.node.mqtt.MqttSettings;
import dev.tidings.node.transport.MqttFrontSettings;
import dev.tidings.node.websocket.WebSocketOrigins;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.KafkaGuarantees;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import dev.tidings.service.context.TokenKeySetting;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All settings of the service. */
final class NodeSettings {
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
          "After how much silence a WebSocket client is pinged, for proxies that forget idle"
              + " connections sooner than devices' keep-alive; 0s: never, for it keeps phones"
              + " awake.");
  static final Setting<String> BIND_ADDRESS =
      Setting.text(
          "bind.address",
          DEFAULTS.bindAddress(),
          "Address to listen on; 0.0.0.0: every one; a name: all it has, localhost both"
              + " loopbacks.");
  static final Setting<Integer> INTERNAL_PORT =
      Setting.port(
          "internal.port",
          1884,
          "Port for the connections that other nodes relay to this one; 0: any free.");
  static final Setting<Integer> INTERNAL_PORTS =
      Setting.integer(
          "internal.ports",
          4,
          1,
          64,
          "How many ports to listen on for other nodes, internal.port and those after it as far as"
              + " they are free: one host has some 28,000 connections to each.");
  static final Setting<String> INTERNAL_BIND_ADDRESS =
      Setting.text(
          "internal.bind.address",
          "0.0.0.0",
          "Address to listen on for other nodes. Who reaches it is believed to be one.");
  static final Setting<Optional<String>> ADVERTISED_HOST =
      Setting.optionalText(
          "advertised.host",
          "Name or address under which the other nodes reach internal.port, and devices that are"
              + " redirected the MQTT ports, one for each node; by default"
              + " internal.bind.address, or this host's own, or the one it reaches the brokers"
              + " from.");
  static final Setting<Path> STATE_DIR =
      Setting.path(
          "state.dir",
          Path.of(".tidings", "delivery-node"),
          "Directory of the parked inbox's store and of schemas kept for when no registry can be"
              + " reached; one for each process.");
  static final Setting<Integer> EVENT_LOOPS =
      Setting.integer(
          "event.loops", 0, 0, 1024, "Threads for connections; 0: one for each two cores.");
  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.integer(
          "max.connections",
          DEFAULTS.maxConnections(),
          1,
          10_000_000,
          "Connections at once; fewer if the process may not open so many files and 512 more.");
  static final Setting<Integer> MAX_CONNECTING =
      Setting.integer(
          "max.connecting",
          DEFAULTS.maxConnecting(),
          1,
          1_000_000,
          "Of these, how many may be under way to their CONNECT, TLS handshakes included; as many"
              + " more are held until there is room, the one that came last first.");
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
          "How long a new connection may take to send its CONNECT.");
  static final Setting<Integer> MAX_PACKET_SIZE =
      Setting.integer(
          "max.packet.size",
          MQTT.maxPacketBytes(),
          256,
          1 << 28,
          "The largest MQTT packet a device may send, in bytes.");
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
          "The longest keep-alive a device is granted; also for those that ask for none.");

  static final Setting<Duration> SESSION_EXPIRY_MAX =
      Setting.duration(
          "session.expiry.max",
          Duration.ofDays(30),
          "How long at most what a device has subscribed to is kept after its connection, if it"
              + " wants its MQTT session kept; 0: not at all.");
  static final Setting<Integer> MAX_APPS =
      Setting.integer(
          "max.apps.per.device",
          500,
          1,
          100_000,
          "Apps a device may have registered, ever: each leaves a small record for good.");
  static final Setting<Integer> MAX_REGISTRATIONS =
      Setting.integer(
          "max.registrations.per.minute",
          120,
          1,
          1_000_000,
          "How often a device may register and unregister in a minute, as many at once; more are"
              + " told to try again later.");

  static final Setting<Duration> PARK_AFTER =
      Setting.duration(
          "park.after",
          Duration.ofSeconds(10),
          "How long a notification may wait for a connected device that confirms nothing before it"
              + " is parked; six times as long for one that does.");
  static final Setting<Long> WINDOW_BYTES =
      Setting.bytes(
          "window.bytes",
          16L << 20,
          "Memory for the unresolved deliveries of one partition; when it is full the partition is"
              + " read no further for a while.");
  static final Setting<Duration> COMMIT_INTERVAL =
      Setting.duration(
          "commit.interval",
          Duration.ofMillis(100),
          "How often resolved deliveries are committed.");
  static final Setting<Long> WINDOW_TOTAL_BYTES =
      Setting.bytes(
          "window.total.bytes",
          0L,
          "Memory for the unresolved deliveries of all partitions together; 0: a quarter of the"
              + " heap.");
  static final Setting<Duration> COMMIT_RENEWAL =
      Setting.duration(
          "commit.renewal",
          Duration.ofSeconds(10),
          "How often all partitions are committed though nothing has changed, since brokers forget"
              + " what is not.");
  static final Setting<Boolean> SKIP_CORRUPT =
      Setting.bool(
          "deliveries.skip.corrupt",
          false,
          "Whether records of deliveries that a broker gives back damaged are passed over, one by"
              + " one, and lost; else their partition waits.");
  static final Setting<Integer> DUPLICATE_WINDOW =
      Setting.integer(
          "duplicate.window",
          4096,
          0,
          1 << 20,
          "Among how many of the last deliveries of a partition a repetition (same notification,"
              + " same device) is recognised and dropped; 0: none is.");
  static final Setting<Integer> INBOX_MAX_COUNT =
      Setting.integer(
          "inbox.max.count",
          100_000,
          1,
          100_000_000,
          "Most notifications parked for one device; when there are more, the oldest end as"
              + " evicted.");
  static final Setting<Long> INBOX_MAX_BYTES =
      Setting.bytes(
          "inbox.max.bytes",
          64L << 20,
          "Most that the notifications parked for one device may weigh; above, the oldest end as"
              + " evicted.");
  static final Setting<List<String>> KEEP_LATEST =
      Setting.list(
          "policy.keep.latest",
          List.of(),
          "Apps of whose undelivered notifications only the latest is kept; all others keep all.");
  static final Setting<Integer> MAX_CLOSES =
      Setting.integer(
          "max.closes.per.second",
          2000,
          1,
          1_000_000,
          "How many devices a second at most are sent away when a partition moves or the node"
              + " stops.");
  static final Setting<Duration> SESSION_TIMEOUT =
      Setting.duration(
          "session.timeout",
          Duration.ofSeconds(6),
          "After which a node that is not heard of loses its partitions to others.");
  static final Setting<Duration> ISOLATION_TIMEOUT =
      Setting.duration(
          "isolation.timeout",
          Duration.ofSeconds(30),
          "After which a node that hears nothing of its group sends its devices away, to nodes that"
              + " do; it delivers nothing after session.timeout, and sends them away at once if"
              + " the group says that it is no member.");
  static final Setting<Optional<String>> GROUP_INSTANCE_ID =
      Setting.optionalText(
          "group.instance.id",
          "Name of this node in its group, one for each node and the same after a restart: then a"
              + " restart within session.timeout moves no partitions. Needs a fixed internal.port"
              + " and advertised.host. Without it a node that stops leaves at once.");
  static final Setting<Integer> STANDBY_REPLICAS =
      Setting.integer(
          "num.standby.replicas", 1, 0, 10, "Warm copies of the parked inbox on other nodes.");
  static final Setting<Duration> DRAIN_TIMEOUT =
      Setting.duration(
          "drain.timeout",
          Duration.ofSeconds(8),
          "How long to wait when stopping until everything read is resolved.");

  static final Setting<Integer> MANAGEMENT_PORT = ManagementSettings.port(9103);

  /** What an operator may not change of Kafka's settings in this service. */
  private static final KafkaGuarantees KAFKA =
      KafkaGuarantees.COMMON
          // A record delivered to this node has to fit, with the added fields.
          .fixed("max.request.size", String.valueOf(LogTopic.MAX_RECORD_BYTES))
          // The node itself goes by it.
          .refused("the setting session.timeout, without kafka.", "session.timeout.ms");

  static final Settings ALL =
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
              INTERNAL_PORT,
              INTERNAL_PORTS,
              INTERNAL_BIND_ADDRESS,
              OpenPorts.SETTING,
              ADVERTISED_HOST,
              STATE_DIR,
              TokenKeySetting.TOKEN_KEYS,
              EVENT_LOOPS,
              MAX_CONNECTIONS,
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
              MAX_CREDIT,
              MAX_KEEP_ALIVE,
              SESSION_EXPIRY_MAX,
              MAX_APPS,
              MAX_REGISTRATIONS,
              PARK_AFTER,
              WINDOW_BYTES,
              WINDOW_TOTAL_BYTES,
              COMMIT_INTERVAL,
              COMMIT_RENEWAL,
              SKIP_CORRUPT,
              DUPLICATE_WINDOW,
              INBOX_MAX_COUNT,
              INBOX_MAX_BYTES,
              KEEP_LATEST,
              MAX_CLOSES,
              SESSION_TIMEOUT,
              ISOLATION_TIMEOUT,
              GROUP_INSTANCE_ID,
              STANDBY_REPLICAS,
              RocksMemory.SIZE,
              DRAIN_TIMEOUT,
              ManagementSettings.HOST,
              MANAGEMENT_PORT)
          .and(LogSettings.with(KAFKA));

  private NodeSettings() {}

  /** Returns the apps whose policy is keep-latest. */
  static Set<String> keepLatest(Config config) {
    Set<String> apps = new HashSet<>();
    for (String app : config.get(KEEP_LATEST)) {
      try {
        apps.add(new AppId(app).value());
      } catch (InvalidValueException e) {
        throw ConfigException.of(KEEP_LATEST, app, "bundle ids of apps, separated by commas");
      }
    }
    return apps;
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

  /** Returns the maximum size of the unresolved deliveries of all partitions, in bytes. */
  static long totalWindowBytes(Config config, long heap) {
    long told = config.get(WINDOW_TOTAL_BYTES);
    return told > 0 ? told : heap / 4;
  }
}
