package dev.tidings.node.settings;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.value.BroadcastTopic;
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

/** All settings of the service, and those of the node itself. */
public final class NodeSettings {
  public static final Setting<Path> STATE_DIR =
      Setting.path(
          "state.dir",
          Path.of(".tidings", "delivery-node"),
          "Directory of the parked inbox's store and of schemas kept for when no registry can be"
              + " reached; one for each process.");
  public static final Setting<Integer> EVENT_LOOPS =
      Setting.integer(
          "event.loops", 0, 0, 1024, "Threads for connections; 0: one for each two cores.");

  public static final Setting<Duration> SESSION_EXPIRY_MAX =
      Setting.duration(
          "session.expiry.max",
          Duration.ofDays(30),
          Duration.ZERO,
          Duration.ofDays(3_650),
          "How long at most what a device has subscribed to is kept after its connection, if it"
              + " wants its MQTT session kept; 0: not at all.");
  public static final Setting<Integer> MAX_APPS =
      Setting.integer(
          "max.apps.per.device",
          500,
          1,
          100_000,
          "Apps a device may have registered, ever: each leaves a small record for good.");
  public static final Setting<Integer> MAX_TOPICS =
      Setting.integer(
          "max.topics.per.device",
          200,
          1,
          100_000,
          "Broadcast topics, of all its apps, that a device may have joined.");
  public static final Setting<Integer> MAX_TAGS =
      Setting.integer(
          "max.tags.per.device",
          100,
          1,
          1_000,
          "Users and tags of one app that a device may have been given.");
  public static final Setting<List<String>> OWN_TAGS =
      Setting.list(
          "device.tags",
          List.of(),
          "Tags that devices may give themselves when they register, for every app, at most 100;"
              + " none: providers alone give tags.");
  public static final Setting<Integer> MAX_REGISTRATIONS =
      Setting.integer(
          "max.registrations.per.minute",
          120,
          1,
          1_000_000,
          "How often a device may register, unregister, join and leave topics in a minute, as many"
              + " at once; more are told to try again later.");
  public static final Setting<Integer> MAX_REGISTRATIONS_OF_ALL =
      Setting.integer(
          "max.registrations.per.second",
          10_000,
          1,
          1_000_000,
          "How often all devices of the node together may do that in a second, as often at once;"
              + " more are told to try again later.");
  public static final Setting<Integer> MAX_REPORTS =
      Setting.integer(
          "max.reports.per.minute",
          60,
          1,
          1_000_000,
          "How often a device may tell in a minute, as often at once, that it has displayed or"
              + " opened a notification; more are told to try again later.");
  public static final Setting<Integer> MAX_REPORTS_OF_ALL =
      Setting.integer(
          "max.reports.per.second",
          1_000,
          1,
          1_000_000,
          "How often all devices of the node together may tell that in a second, as often at once;"
              + " more are told to try again later.");
  public static final Setting<Duration> SESSION_TIMEOUT =
      Setting.duration(
          "session.timeout",
          Duration.ofSeconds(6),
          Duration.ofSeconds(1),
          Duration.ofHours(1),
          "After which a node that is not heard of loses its partitions to others.");
  public static final Setting<Duration> ISOLATION_TIMEOUT =
      Setting.duration(
          "isolation.timeout",
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "After which a node that hears nothing of its group sends its devices away, to nodes that"
              + " do; it delivers nothing after session.timeout, and sends them away at once if"
              + " the group says that it is no member.");
  public static final Setting<Optional<String>> GROUP_INSTANCE_ID =
      Setting.optionalText(
          "group.instance.id",
          "Name of this node in its group, one for each node and the same after a restart: then a"
              + " restart within session.timeout moves no partitions. Needs a fixed internal.port"
              + " and advertised.host. Without it a node that stops leaves at once.");
  public static final Setting<Integer> STANDBY_REPLICAS =
      Setting.integer(
          "num.standby.replicas", 1, 0, 10, "Warm copies of the parked inbox on other nodes.");
  public static final Setting<Duration> DRAIN_TIMEOUT =
      Setting.duration(
          "drain.timeout",
          Duration.ofSeconds(8),
          Duration.ZERO,
          Duration.ofHours(1),
          "How long to wait when stopping until everything read is resolved.");

  public static final Setting<Integer> MANAGEMENT_PORT = ManagementSettings.port(9103);

  /** What an operator may not change of Kafka's settings in this service. */
  private static final KafkaGuarantees KAFKA =
      KafkaGuarantees.COMMON
          // A record delivered to this node has to fit, with the added fields.
          .fixed("max.request.size", String.valueOf(LogTopic.MAX_RECORD_BYTES))
          // The node itself goes by it.
          .refused("the setting session.timeout, without kafka.", "session.timeout.ms");

  /** The most tags that {@link #OWN_TAGS} may name: each registration looks at all of them. */
  private static final int MOST_OWN_TAGS = 100;

  /**
   * Returns the tags that devices may give themselves.
   *
   * @throws ConfigException if one is no name
   */
  public static Set<BroadcastTopic> ownTags(Config config) {
    Set<BroadcastTopic> tags = new HashSet<>();
    for (String name : config.get(OWN_TAGS)) {
      tags.add(
          BroadcastTopic.tag(name)
              .orElseThrow(() ->
                  ConfigException.of(
                      OWN_TAGS, name, "names of 1 to 96 letters, digits and any of .-_~%:")));
    }
    if (tags.size() > MOST_OWN_TAGS) {
      throw ConfigException.of(OWN_TAGS, tags.size() + " names", "at most " + MOST_OWN_TAGS);
    }
    return tags;
  }

  public static final Settings ALL =
      FrontSettings.PORTS
          .and(InternalSettings.ALL)
          .and(Settings.of(STATE_DIR, TokenKeySetting.TOKEN_KEYS, EVENT_LOOPS))
          .and(FrontSettings.CONNECTIONS)
          .and(
              Settings.of(
                  SESSION_EXPIRY_MAX,
                  MAX_APPS,
                  MAX_TOPICS,
                  MAX_TAGS,
                  OWN_TAGS,
                  MAX_REGISTRATIONS,
                  MAX_REGISTRATIONS_OF_ALL,
                  MAX_REPORTS,
                  MAX_REPORTS_OF_ALL))
          .and(DeliverySettings.ALL)
          .and(ReplaySettings.ALL)
          .and(
              Settings.of(
                  SESSION_TIMEOUT,
                  ISOLATION_TIMEOUT,
                  GROUP_INSTANCE_ID,
                  STANDBY_REPLICAS,
                  RocksMemory.SIZE,
                  DRAIN_TIMEOUT,
                  ManagementSettings.HOST,
                  MANAGEMENT_PORT))
          .and(LogSettings.with(KAFKA));

  private NodeSettings() {}
}
