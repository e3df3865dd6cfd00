package dev.tidings.streams;

import dev.tidings.schemas.registry.RegistryConfig;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import dev.tidings.service.management.ManagementSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Everything the streams processor can be told. */
final class StreamsSettings {
  static final Setting<String> BIND_ADDRESS =
      Setting.text("bind.address", "127.0.0.1", "Address to listen on.");
  static final Setting<Optional<String>> MANAGEMENT_HOST =
      Setting.optionalText(
          "management.host",
          "Address that metrics and health are served on; by default bind.address.");
  static final Setting<Integer> MANAGEMENT_PORT = ManagementSettings.port(9102);
  static final Setting<Optional<String>> INSTANCE_ID =
      Setting.optionalText(
          "instance.id", "Name of this process in traces; by default host name and process id.");
  static final Setting<Path> STATE_DIR =
      Setting.path(
          "state.dir",
          Path.of(".tidings", "streams-processor"),
          "Directory for the tables; one for each process. What is lost is restored from the log.");
  static final Setting<Duration> START_TIMEOUT =
      Setting.duration(
          "start.timeout",
          Duration.ofSeconds(60),
          "How long to wait at start for the broker, its topics and the schema registry.");

  static final Setting<Integer> THREADS =
      Setting.integer("num.stream.threads", 1, 1, 256, "Threads that resolve notifications.");
  static final Setting<Integer> STANDBYS =
      Setting.integer(
          "num.standby.replicas",
          0,
          0,
          10,
          "How many other processes keep a copy of each table, to take over without restoring.");
  static final Setting<Duration> GRACE =
      Setting.duration(
          "unknown.token.grace",
          Duration.ofSeconds(5),
          "How long a notification waits for the registration of its token to turn up.");
  static final Setting<Duration> COMMIT_INTERVAL =
      Setting.duration(
          "commit.interval",
          Duration.ofMillis(100),
          "How often progress is committed; what is newer is repeated after a crash.");
  static final Setting<Long> TABLE_MEMORY =
      Setting.bytes(
          "table.memory",
          64L << 20,
          "Memory outside the heap that the tables of all partitions share.");

  static final Setting<String> KAFKA =
      Setting.text("kafka.bootstrap.servers", "localhost:9092", "Brokers to start from.");
  static final Setting<String> REGISTRY_URL =
      Setting.text(
          RegistryConfig.URL,
          "http://localhost:8081/apis/ccompat/v7",
          "Schema registries, separated by commas.");
  static final Setting<String> REGISTRY_CREDENTIALS =
      Setting.text(
          "basic.auth.credentials.source",
          "URL",
          "Where the registry's user and password are: URL or USER_INFO.");
  static final Setting<String> REGISTRY_USER =
      Setting.secret("basic.auth.user.info", "", "USER:PASSWORD for the registry.");
  static final Setting<String> REGISTRY_TOKEN =
      Setting.secret("bearer.auth.token", "", "Bearer token for the registry.");
  static final Setting<Boolean> REGISTRY_AUTO_REGISTER =
      Setting.bool(
          RegistryConfig.AUTO_REGISTER,
          true,
          "Whether to register schemas the registry does not have.");

  static final Settings ALL =
      Settings.of(
              BIND_ADDRESS,
              MANAGEMENT_HOST,
              MANAGEMENT_PORT,
              INSTANCE_ID,
              STATE_DIR,
              START_TIMEOUT,
              THREADS,
              STANDBYS,
              GRACE,
              COMMIT_INTERVAL,
              TABLE_MEMORY,
              KAFKA,
              REGISTRY_URL,
              REGISTRY_CREDENTIALS,
              REGISTRY_USER,
              REGISTRY_TOKEN,
              REGISTRY_AUTO_REGISTER)
          .withPassThrough(
              "kafka.",
              "Any setting of Kafka Streams and its clients, such as kafka.security.protocol.");

  private StreamsSettings() {}

  static String instance(Config config) {
    return config
        .get(INSTANCE_ID)
        .orElseGet(() -> hostName() + "-" + ProcessHandle.current().pid());
  }

  static String managementHost(Config config) {
    return config.get(MANAGEMENT_HOST).orElse(config.get(BIND_ADDRESS));
  }

  static RegistryConfig registry(Config config) {
    Map<String, Object> properties = new HashMap<>();
    for (Setting<?> setting :
        List.of(
            REGISTRY_URL,
            REGISTRY_CREDENTIALS,
            REGISTRY_USER,
            REGISTRY_TOKEN,
            REGISTRY_AUTO_REGISTER)) {
      properties.put(setting.name(), config.get(setting));
    }
    return RegistryConfig.of(properties);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "streams-processor";
    }
  }
}
