package dev.tidings.ingest;

import dev.tidings.ingest.audit.AuditParts;
import dev.tidings.ingest.device.DeviceNodeSettings;
import dev.tidings.net.tls.TlsSettings;
import dev.tidings.service.config.KafkaGuarantees;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import dev.tidings.service.context.TokenKeySetting;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** All settings of the service. */
final class IngestSettings {
  static final Setting<Integer> HTTP_PORT =
      Setting.port("http.port", 8080, "Port for h2c and HTTP/1.1; 0: any free.");
  static final Setting<Integer> HTTPS_PORT =
      Setting.port("https.port", 8443, "Port for h2 and HTTP/1.1 over TLS; 0: any free.");
  static final Setting<String> BIND_ADDRESS =
      Setting.text(
          "bind.address",
          "0.0.0.0",
          "Address to listen on; 0.0.0.0: every one; a name: all it has, localhost both"
              + " loopbacks.");
  static final Setting<Optional<String>> ADVERTISED_ADDRESS =
      Setting.optionalText(
          "advertised.address",
          "HOST or HOST:PORT under which the other ingest nodes reach http.port, or peers.port if"
              + " it is open; by default the bound address, or this host's own.");
  static final Setting<Path> STATE_DIR =
      Setting.path(
          "state.dir",
          Path.of(".tidings", "ingest-api"),
          "Directory for the trace table, the table of revoked tokens and the schemas that were"
              + " fetched; one for each process.");

  static final TlsSettings TLS = TlsSettings.of("tls");

  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.integer(
          "max.connections", 10_000, 1, 1_000_000, "Connections at once, on each port.");
  static final Setting<Integer> MAX_CONNECTIONS_PER_ADDRESS =
      Setting.integer(
          "max.connections.per.address",
          5_000,
          1,
          1_000_000,
          "Of these from one address; behind a balancer as many as max.connections.");
  static final Setting<Integer> MAX_HANDSHAKES_PER_ADDRESS =
      Setting.integer(
          "max.handshakes.per.address",
          100,
          0,
          1_000_000,
          "TLS handshakes a second from one address (IPv6: one /64), and ten times as many at once"
              + " after a pause; the connections of more are closed; behind a balancer as many as"
              + " all providers need; 0: no limit.");
  static final Setting<Integer> MAX_REQUESTS =
      Setting.integer(
          "max.requests",
          40_000,
          1,
          10_000_000,
          "Open requests at once in HTTP/2, on each port; more are refused (REFUSED_STREAM).");
  static final Setting<Integer> MAX_REQUESTS_PER_ADDRESS =
      Setting.integer(
          "max.requests.per.address",
          20_000,
          1,
          10_000_000,
          "Of these from one address; behind a balancer as many as max.requests.");
  static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.integer(
          "max.in.flight",
          20_000,
          1,
          10_000_000,
          "Notifications between arrival and the log's acknowledgement; more get 429.");
  static final Setting<Long> REQUEST_BUFFER =
      Setting.bytes(
          "request.buffer",
          16L << 20,
          64L << 10,
          1L << 40,
          "Memory for bodies that come in several pieces, wait for an earlier one of their token,"
              + " or are looked up as possible repetitions; when it is full their requests get"
              + " 429. There is as much again for requests with many lines.");
  static final Setting<Long> PRODUCER_BUFFER =
      Setting.bytes(
          "producer.buffer",
          32L << 20,
          128L << 10,
          1L << 40,
          "Memory for records that wait to be appended; when it is full requests get 503. Lines of"
              + " requests with many have as much besides, of which their records fill half.");
  static final Setting<Duration> DELIVERY_TIMEOUT =
      Setting.duration(
          "delivery.timeout",
          Duration.ofSeconds(15),
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          "How long the log may take to acknowledge a record; then its request gets 503.");
  static final Setting<Duration> REQUEST_TIMEOUT =
      Setting.duration(
          "request.timeout",
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How long a request may take to arrive, from its first byte.");
  static final Setting<Duration> IDLE_TIMEOUT =
      Setting.duration(
          "http.idle.timeout",
          Duration.ofHours(1),
          Duration.ofSeconds(1),
          Duration.ofDays(30),
          "After which a connection without requests or pings is closed.");
  static final Setting<Duration> DRAIN_DELAY =
      Setting.duration(
          "drain.delay",
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofHours(1),
          "How long to go on serving when stopping, so that load balancers notice.");
  static final Setting<Duration> DRAIN_TIMEOUT =
      Setting.duration(
          "drain.timeout",
          Duration.ofSeconds(10),
          Duration.ZERO,
          Duration.ofHours(1),
          "How long requests under way may take when stopping.");

  static final Setting<Long> REVOCATIONS_FILTER =
      Setting.bytes(
          "revocations.filter",
          16L << 20,
          1L << 10,
          1L << 30,
          "Memory outside the heap for the filter before the table of revoked tokens; 1.6 bytes for"
              + " each of them keep all but one in 200 look-ups off the disk.");

  static final Setting<Integer> TRACE_THREADS =
      Setting.integer("trace.threads", 4, 1, 1_000, "Traces looked up at once.");
  static final Setting<Integer> TRACE_SEARCHES =
      Setting.integer(
          "trace.searches",
          2,
          1,
          1_000,
          "Readings of the log at once, for ids without a receipt and for every withdrawal; up to"
              + " 64 requests that wait share one.");
  static final Setting<Integer> TRACE_REQUESTS_PER_ADDRESS =
      Setting.integer(
          "trace.requests.per.address",
          32,
          1,
          256,
          "Traces asked for at once from one address; more get 429; behind a balancer as many as"
              + " all who ask need together.");
  static final Setting<Long> TRACE_SEARCH_RECORDS =
      Setting.longNumber(
          "trace.search.records",
          200_000,
          1,
          Long.MAX_VALUE,
          "Records of each topic that one search reads, the newest.");
  static final Setting<Duration> TRACE_SEARCH_TIMEOUT =
      Setting.duration(
          "trace.search.timeout",
          Duration.ofSeconds(3),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How long one search may take.");
  static final Setting<Duration> TRACE_FORWARD_TIMEOUT =
      Setting.duration(
          "trace.forward.timeout",
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How long the node that has a trace may take to tell it.");
  static final Setting<Duration> TRACE_RETENTION =
      Setting.duration(
          "trace.retention",
          Duration.ofDays(7),
          Duration.ofMinutes(1),
          Duration.ofDays(3_650),
          "After which a trace is forgotten, as in the topic itself.");

  static final Setting<Boolean> TRACE_HISTORY =
      Setting.bool(
          "trace.history",
          true,
          "Whether the history is kept, which costs a row of 150 bytes and its reading and writing"
              + " for each receipt; the same on all nodes; without it its operations answer 503.");

  static final Setting<Integer> MANAGEMENT_PORT = ManagementSettings.port(9101);

  /** What an operator may not change of Kafka's settings in this service. */
  private static final KafkaGuarantees KAFKA =
      KafkaGuarantees.COMMON
          // Event loops call send(), which must not wait, neither for memory nor for metadata.
          .fixed("max.block.ms", "0")
          .refused(KafkaGuarantees.OURS, "metadata.max.idle.ms")
          .refused("the setting producer.buffer, without kafka.", "buffer.memory");

  static final Settings ALL =
      Settings.of(
              HTTP_PORT,
              HTTPS_PORT,
              BIND_ADDRESS,
              IngestOpenPorts.SETTING,
              ADVERTISED_ADDRESS,
              PeerSettings.PORT,
              PeerSettings.TLS.certificate(),
              PeerSettings.TLS.key(),
              PeerSettings.TLS.authorities(),
              PeerSettings.NAMES,
              PeerSettings.MODE,
              DeviceNodeSettings.TLS.certificate(),
              DeviceNodeSettings.TLS.key(),
              DeviceNodeSettings.TLS.authorities(),
              DeviceNodeSettings.NAMES,
              Balancers.PROVIDERS,
              Balancers.FORWARDED,
              STATE_DIR,
              TokenKeySetting.TOKEN_KEYS,
              TLS.certificate(),
              TLS.key(),
              TLS.clientCa(),
              TLS.clientAuth(),
              ProviderAuthentication.MODE,
              ProviderAuthentication.ONE_STREAM,
              ProviderCertificates.COUNT,
              ProviderCertificates.CRL,
              AdminSettings.MODE,
              AdminSettings.CREDENTIAL,
              AdminSettings.PORT,
              AdminSettings.ADDRESS,
              AdminSettings.NAMES,
              Balancers.ADMINISTRATORS,
              Balancers.ADMINISTRATORS_FORWARDED,
              ProviderLimits.TEAM,
              ProviderLimits.KEY,
              ProviderLimits.APP,
              ProviderLimits.TOKEN,
              ProviderLimits.ADDRESS,
              ProviderLimits.ERASURES,
              Broadcasting.AT_A_TIME,
              Broadcasting.PER_MINUTE,
              Replaying.AT_A_TIME,
              Replaying.OF_ALL,
              Replaying.PER_MINUTE,
              Replaying.RATE,
              Channelling.PER_APP,
              Channelling.ALL,
              Channelling.PER_MINUTE,
              ProviderLimits.BURST_SECONDS,
              MAX_CONNECTIONS,
              MAX_CONNECTIONS_PER_ADDRESS,
              MAX_HANDSHAKES_PER_ADDRESS,
              MAX_REQUESTS,
              MAX_REQUESTS_PER_ADDRESS,
              MAX_IN_FLIGHT,
              REQUEST_BUFFER,
              PRODUCER_BUFFER,
              DELIVERY_TIMEOUT,
              REQUEST_TIMEOUT,
              IDLE_TIMEOUT,
              DRAIN_DELAY,
              DRAIN_TIMEOUT,
              REVOCATIONS_FILTER,
              TRACE_THREADS,
              TRACE_SEARCHES,
              TRACE_REQUESTS_PER_ADDRESS,
              TRACE_SEARCH_RECORDS,
              TRACE_SEARCH_TIMEOUT,
              TRACE_FORWARD_TIMEOUT,
              TRACE_RETENTION,
              TRACE_HISTORY,
              AuditParts.RATE,
              AuditParts.AFTER,
              ReceiptSettings.STREAMS,
              ReceiptSettings.STREAMS_PER_TEAM,
              ReceiptSettings.STREAMS_PER_ADDRESS,
              ReceiptSettings.READERS,
              ReceiptSettings.BUFFER,
              WebhookSettings.ENABLED,
              WebhookSettings.HOSTS,
              WebhookSettings.TIMEOUT,
              WebhookSettings.PATIENCE,
              RocksMemory.SIZE,
              ManagementSettings.HOST,
              MANAGEMENT_PORT)
          .and(LogSettings.with(KAFKA));

  private IngestSettings() {}
}
