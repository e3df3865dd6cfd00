package dev.tidings.node.settings;

import dev.tidings.node.log.ReaderRules;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The settings of what is read of the log, kept in memory, parked and settled. */
public final class DeliverySettings {
  static final Setting<Duration> PARK_AFTER =
      Setting.duration(
          "park.after",
          Duration.ofSeconds(10),
          Duration.ofMillis(1),
          Duration.ofDays(1),
          "How long a notification may wait for a connected device that confirms nothing before it"
              + " is parked; six times as long for one that does.");
  static final Setting<Long> WINDOW_BYTES =
      Setting.bytes(
          "window.bytes",
          16L << 20,
          64L << 10,
          1L << 40,
          "Memory for the unresolved deliveries of one partition; when it is full the partition is"
              + " read no further for a while.");
  static final Setting<Long> WINDOW_TOTAL_BYTES =
      Setting.bytes(
          "window.total.bytes",
          0L,
          0,
          1L << 40,
          "Memory for the unresolved deliveries of all partitions together; 0: a quarter of the"
              + " heap.");
  static final Setting<Duration> COMMIT_INTERVAL =
      Setting.duration(
          "commit.interval",
          Duration.ofMillis(100),
          Duration.ofMillis(1),
          Duration.ofHours(1),
          "How often resolved deliveries are committed.");
  static final Setting<Duration> COMMIT_RENEWAL =
      Setting.duration(
          "commit.renewal",
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
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
          8L << 10,
          1L << 40,
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

  static final Settings ALL =
      Settings.of(
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
          MAX_CLOSES);

  private DeliverySettings() {}

  /** Returns how the log is read. */
  public static ReaderRules reading(Config config) {
    return new ReaderRules(
        config.get(WINDOW_BYTES),
        totalWindowBytes(config),
        config.get(DUPLICATE_WINDOW),
        config.get(NodeSettings.SESSION_TIMEOUT),
        config.get(COMMIT_RENEWAL),
        config.get(SKIP_CORRUPT));
  }

  /** Returns how deliveries are settled. */
  public static DeliveryRules rules(Config config, int partitions) {
    return new DeliveryRules(
        config.get(PARK_AFTER),
        config.get(COMMIT_INTERVAL),
        config.get(INBOX_MAX_COUNT),
        config.get(INBOX_MAX_BYTES),
        config.get(DUPLICATE_WINDOW),
        config.get(MAX_CLOSES),
        // A partition's share when the node's total is used up.
        Math.min(config.get(WINDOW_BYTES), totalWindowBytes(config) / partitions));
  }

  /** Returns the maximum size of the unresolved deliveries of all partitions, in bytes. */
  private static long totalWindowBytes(Config config) {
    long told = config.get(WINDOW_TOTAL_BYTES);
    return told > 0 ? told : Runtime.getRuntime().maxMemory() / 4;
  }

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
}
