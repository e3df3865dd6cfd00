package dev.tidings.schemas.topic;

import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Channel;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.topic.LogTopic.Cleanup;
import dev.tidings.schemas.topic.LogTopic.Width;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Every topic of the log, in pipeline order. All but {@code channels}, {@code replays}, {@code
 * control} and {@code audit}, which have one, have the same number of partitions and Kafka's
 * default partitioner, so that any producer or tool finds the same partition for a key ({@code
 * inbox}, {@code generations}, {@code subscriptions}, {@code memberships} and {@code erasures} are
 * partitioned by their keys' device alone, {@code schedules} by its key's token, {@code receipts}
 * by its key's notification; {@code broadcasts} by the number in its key).
 */
public final class LogTopics {
  /** The default number of partitions of a provisioned topic. */
  public static final int DEFAULT_PARTITIONS = 8;

  public static final LogTopic<Notification> NOTIFICATIONS =
      log("notifications", "device token", Notification.class);

  public static final LogTopic<Registration> REGISTRATIONS =
      table("registrations", "device token", Registration.class);

  public static final LogTopic<Revocation> REVOCATIONS =
      table("revocations", "device token", Revocation.class, Duration.ofDays(90));

  public static final LogTopic<Generation> GENERATIONS =
      table("generations", "device id, length-prefixed, and app", Generation.class);

  public static final LogTopic<Subscription> SUBSCRIPTIONS =
      table("subscriptions", "device id, length-prefixed, and name", Subscription.class);

  /** Topics that providers have devices join and leave, until the devices' owners have done it. */
  public static final LogTopic<Membership> MEMBERSHIPS =
      table("memberships", "device id, length-prefixed, and name", Membership.class);

  /** Notifications whose time has not come, and withdrawals on their way to them. */
  public static final LogTopic<Notification> SCHEDULES =
      table("schedules", "device token and notification id", Notification.class);

  /** Notifications to all who have joined topics, and how far each partition has come with them. */
  public static final LogTopic<Broadcast> BROADCASTS =
      table(
          "broadcasts",
          "notification id, partition, and what kind of record it is",
          Broadcast.class);

  /** The channels of apps. */
  public static final LogTopic<Channel> CHANNELS =
      new LogTopic<>(
          "tidings.channels",
          "app and channel id",
          Optional.of(Channel.class),
          Cleanup.COMPACT,
          Optional.empty(),
          Width.ONE);

  /** What is to be erased of a device, and then the receipt that it was. */
  public static final LogTopic<Erasure> ERASURES =
      table("erasures", "device id, length-prefixed, and erasure id", Erasure.class);

  /** What providers want sent again, and how far each partition has come with that. */
  public static final LogTopic<OrderedReplay> REPLAYS =
      new LogTopic<>(
          "tidings.replays",
          "replay id, and what the record tells",
          Optional.of(OrderedReplay.class),
          Cleanup.COMPACT_DELETE,
          Optional.of(Duration.ofDays(7)),
          Width.ONE);

  public static final LogTopic<Delivery> DELIVERIES =
      log("deliveries", "device id", Delivery.class);

  public static final LogTopic<Delivery> INBOX =
      table("inbox", "device id, length-prefixed, and sequence", Delivery.class);

  public static final LogTopic<Receipt> RECEIPTS =
      table(
          "receipts",
          "notification id, and what tells its tokens apart",
          Receipt.class,
          Duration.ofDays(7));

  /** Records that could not be read: the original bytes, with the reason in headers. */
  public static final LogTopic<SpecificRecord> DEAD_LETTERS =
      new LogTopic<>(
          "tidings.dead-letters",
          "as received",
          Optional.empty(),
          Cleanup.DELETE,
          Optional.of(Duration.ofDays(7)),
          Width.SHARED);

  /**
   * Facts on which all processes must agree: the installation's id and its token keys, which are
   * read before the registry is used, and so are plain text; and what administrators decide.
   */
  public static final LogTopic<SpecificRecord> CONTROL =
      new LogTopic<>(
          "tidings.control",
          "kind, and name",
          Optional.empty(),
          Cleanup.COMPACT,
          Optional.empty(),
          Width.ONE);

  /** The values of {@code control} that are Avro, by the kind of entry. */
  public static final Map<String, Class<? extends SpecificRecord>> CONTROL_KINDS =
      Map.of(
          "team", Team.class,
          "app", App.class,
          "provider-key", ProviderKey.class,
          "api-key", ApiKey.class,
          "limit", Limit.class,
          "daily-cap", DailyCap.class,
          "issuer", Issuer.class,
          "webhook", Webhook.class,
          "administrator", Administrator.class);

  /** What administrators have changed in {@code control}, in its order, and who has had erased. */
  public static final LogTopic<AuditEntry> AUDIT =
      new LogTopic<>(
          "tidings.audit",
          "the entry's key in control, or the erasure",
          Optional.of(AuditEntry.class),
          Cleanup.DELETE,
          Optional.of(Duration.ofDays(365)),
          Width.ONE);

  /**
   * The changelog of notifications whose token streams-processor does not know yet. Kafka Streams
   * would create it too, but with the brokers' default replication, which may be one; its name
   * consists of the application's, the store's and {@code changelog}.
   */
  public static final LogTopic<SpecificRecord> WAITING =
      new LogTopic<>(
          ConsumerGroups.STREAMS_PROCESSOR + "-waiting-changelog",
          "device token and offset",
          Optional.empty(),
          Cleanup.COMPACT,
          Optional.empty(),
          Width.SHARED);

  /**
   * The changelog of what streams-processor has sent to each device today of the categories that
   * have a daily cap; made by us, as {@link #WAITING} is.
   */
  public static final LogTopic<SpecificRecord> DAILY_COUNTS =
      new LogTopic<>(
          ConsumerGroups.STREAMS_PROCESSOR + "-daily-counts-changelog",
          "end of the day, device token and category",
          Optional.empty(),
          Cleanup.COMPACT,
          Optional.empty(),
          Width.SHARED);

  private LogTopics() {}

  /**
   * Returns the schemas of the entries of {@code control} by their subjects: each kind has its own.
   *
   * @param control the topic's name
   */
  public static Map<String, Schema> controlSchemas(String control) {
    Map<String, Schema> schemas = new TreeMap<>();
    CONTROL_KINDS.forEach((kind, type) ->
        schemas.put(control + "-" + kind + "-value", SpecificData.get().getSchema(type)));
    return schemas;
  }

  public static List<LogTopic<?>> all() {
    return List.of(
        NOTIFICATIONS,
        REGISTRATIONS,
        REVOCATIONS,
        GENERATIONS,
        SUBSCRIPTIONS,
        MEMBERSHIPS,
        SCHEDULES,
        BROADCASTS,
        CHANNELS,
        ERASURES,
        REPLAYS,
        DELIVERIES,
        INBOX,
        RECEIPTS,
        DEAD_LETTERS,
        CONTROL,
        AUDIT,
        WAITING,
        DAILY_COUNTS);
  }

  private static <V extends SpecificRecord> LogTopic<V> log(
      String name, String key, Class<V> value) {
    return new LogTopic<>(
        "tidings." + name,
        key,
        Optional.of(value),
        Cleanup.DELETE,
        Optional.of(Duration.ofDays(7)),
        Width.SHARED);
  }

  private static <V extends SpecificRecord> LogTopic<V> table(
      String name, String key, Class<V> value) {
    return new LogTopic<>(
        "tidings." + name,
        key,
        Optional.of(value),
        Cleanup.COMPACT,
        Optional.empty(),
        Width.SHARED);
  }

  private static <V extends SpecificRecord> LogTopic<V> table(
      String name, String key, Class<V> value, Duration retention) {
    return new LogTopic<>(
        "tidings." + name,
        key,
        Optional.of(value),
        Cleanup.COMPACT_DELETE,
        Optional.of(retention),
        Width.SHARED);
  }
}
