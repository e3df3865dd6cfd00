package dev.tidings.service.kafka.client;

import static org.apache.kafka.streams.StreamsConfig.adminClientPrefix;
import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;
import static org.apache.kafka.streams.StreamsConfig.restoreConsumerPrefix;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The Kafka clients of this process: every one has the settings that are made here, and what else
 * it needs. A damaged batch keeps no consumer from its other partitions. Immutable, but for the
 * partitions that are damaged.
 *
 * @param operator the operator's settings, by Kafka's names
 * @param instance the name of this process, which the names of its clients begin with in the
 *     brokers' logs and quotas
 * @param damaged learns which partitions are not read because a batch is damaged
 */
public record KafkaClients(
    Map<String, String> operator, String instance, DamagedPartitions damaged) {
  /**
   * The default time after which an admin client asks another broker. One that hangs does not close
   * its connections, and Kafka's default is 30 s.
   */
  private static final int ADMIN_REQUEST_MILLIS = 5_000;

  /**
   * The default time that Kafka Streams' admin client has for an answer: while it asks for the ends
   * of the changelogs, the whole group is without partitions. Without the answer it assigns those
   * that each had before. Kafka's default is 60 s.
   */
  private static final int STREAMS_ADMIN_MILLIS = 20_000;

  /**
   * The default time that the consumer which restores tables waits for the beginning of one
   * partition. Without a leader there is none, and all other tables wait. Kafka's default is 60 s.
   */
  private static final int RESTORE_MILLIS = 2_000;

  public KafkaClients {
    operator = Map.copyOf(operator);
  }

  /** Creates those of a process that skips no damaged records. */
  public KafkaClients(Map<String, String> operator, String instance) {
    this(operator, instance, new DamagedPartitions(false));
  }

  /**
   * Returns those of a service.
   *
   * @param instance as in the record
   * @throws dev.tidings.service.config.ConfigException if Kafka accepts no such value of a setting
   */
  public static KafkaClients of(Config config, String instance) {
    Map<String, String> operator = LogSettings.kafka(config);
    KafkaValues.check(operator, LogSettings.KAFKA_PREFIX);
    return new KafkaClients(
        operator, instance, new DamagedPartitions(config.get(LogSettings.SKIP_CORRUPT)));
  }

  /** Returns the addresses of brokers to start from. */
  public String brokers() {
    return operator.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
  }

  private ClientSettings named(String name) {
    return new ClientSettings(operator, damaged)
        .always(CommonClientConfigs.CLIENT_ID_CONFIG, instance + "-" + name);
  }

  /** Returns the settings of a producer: what it has sent is on every replica, once, in order. */
  public ClientSettings producer(String name) {
    return named(name)
        .guaranteed(ProducerConfig.ACKS_CONFIG)
        .guaranteed(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG);
  }

  /**
   * Returns the settings of a consumer without a group, which commits nothing by itself and begins
   * at the beginning.
   */
  public ClientSettings consumer(String name) {
    return named(name)
        .guaranteed(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG)
        .guaranteed(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG)
        .guaranteed(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG);
  }

  /** Returns the settings of an admin client. */
  public ClientSettings admin(String name) {
    return named(name).byDefault(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ADMIN_REQUEST_MILLIS);
  }

  /**
   * Returns the settings of a Streams application, which processes each record at least once.
   *
   * @param application its group, and its directory below {@code state}
   * @param clientId the name of its clients, to which Kafka Streams adds
   */
  public ClientSettings streams(String application, String clientId, Path state) {
    return new ClientSettings(operator, damaged)
        .always(StreamsConfig.APPLICATION_ID_CONFIG, application)
        .always(StreamsConfig.CLIENT_ID_CONFIG, clientId)
        .always(StreamsConfig.STATE_DIR_CONFIG, state.toString())
        .byDefault(
            adminClientPrefix(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG), ADMIN_REQUEST_MILLIS)
        .byDefault(
            adminClientPrefix(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG),
            STREAMS_ADMIN_MILLIS)
        .byDefault(
            restoreConsumerPrefix(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG), RESTORE_MILLIS)
        .guaranteed(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)
        .guaranteed(producerPrefix(""), ProducerConfig.ACKS_CONFIG)
        // Otherwise a retry could be overtaken, and records would change their order.
        .guaranteed(producerPrefix(""), ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)
        .guaranteed(consumerPrefix(""), ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);
  }
}
