package dev.tidings.streams;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.KafkaGuarantees;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.streams.run.StreamsProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** All settings of the streams processor. */
final class StreamsSettings {
  static final Setting<String> BIND_ADDRESS =
      Setting.text(
          "bind.address",
          "localhost",
          "Address to listen on; 0.0.0.0: every one; a name: all it has, localhost both"
              + " loopbacks.");
  static final Setting<Optional<String>> MANAGEMENT_HOST =
      Setting.optionalText(
          "management.host",
          "Address that metrics and health are served on; by default bind.address.");
  static final Setting<Integer> MANAGEMENT_PORT = ManagementSettings.port(9102);
  static final Setting<Path> STATE_DIR =
      Setting.path(
          "state.dir",
          Path.of(".tidings", "streams-processor"),
          "Directory for the tables and the schemas that were fetched; one for each process. What"
              + " is lost is restored from the log.");

  static final Setting<Integer> THREADS =
      Setting.integer("num.stream.threads", 1, 1, 256, "Threads that resolve notifications.");
  static final Setting<Integer> STANDBYS =
      Setting.integer(
          "num.standby.replicas",
          1,
          0,
          10,
          "How many other processes keep a copy of each table, to take over without restoring.");
  static final Setting<Optional<String>> GROUP_INSTANCE =
      Setting.optionalText(
          "group.instance.id",
          "A name of its own for each process, the same after a restart: then one that is back"
              + " within "
              + StreamsProperties.SESSION_TIMEOUT.toSeconds()
              + " s (kafka.main.consumer.session.timeout.ms) keeps its partitions, and nothing"
              + " moves. Without it a process that stops leaves at once and others take over.");
  static final Setting<Duration> GRACE =
      Setting.duration(
          "unknown.token.grace",
          Duration.ofSeconds(5),
          Duration.ZERO,
          Duration.ofDays(1),
          "How long a notification waits for the registration of its token to turn up.");
  static final Setting<Integer> BROADCAST_RATE =
      Setting.integer(
          "broadcast.rate",
          12_000,
          1,
          10_000_000,
          "How many subscribers of broadcasts are sent to in a second, of all partitions and"
              + " processes together.");
  static final Setting<Duration> COMMIT_INTERVAL =
      Setting.duration(
          "commit.interval",
          Duration.ofMillis(100),
          Duration.ofMillis(1),
          Duration.ofHours(1),
          "How often progress is committed; what is newer is repeated after a crash.");

  /** What an operator may not change of Kafka's settings in this service. */
  private static final KafkaGuarantees KAFKA =
      KafkaGuarantees.COMMON
          // An accepted notification, with the fields added here, has to fit.
          .fixed("max.request.size", String.valueOf(LogTopic.MAX_RECORD_BYTES));

  static final Settings ALL =
      Settings.of(
              BIND_ADDRESS,
              MANAGEMENT_HOST,
              MANAGEMENT_PORT,
              StreamsOpenPorts.SETTING,
              STATE_DIR,
              THREADS,
              STANDBYS,
              GROUP_INSTANCE,
              GRACE,
              BROADCAST_RATE,
              COMMIT_INTERVAL,
              RocksMemory.SIZE)
          .and(LogSettings.with(KAFKA));

  private StreamsSettings() {}

  static String managementHost(Config config) {
    return config.get(MANAGEMENT_HOST).orElse(config.get(BIND_ADDRESS));
  }
}
