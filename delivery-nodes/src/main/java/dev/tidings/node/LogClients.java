package dev.tidings.node;

import dev.tidings.node.inbox.share.InboxAssignor;
import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.session.HostPort;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.LogSettings;
import dev.tidings.service.rocks.RocksMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Makes clients of the log as the configuration has them. */
final class LogClients {
  /** The parked inbox's application: its group, and its directory below {@code state.dir}. */
  static final String APPLICATION = "tidings-inbox";

  /**
   * How late a node may hear that partitions are to be shared out anew: a part of each takeover.
   */
  private static final long HEARTBEAT_MILLIS = 500;

  /**
   * After which a request is given up that nobody answers: a broker that hangs, or is cut off,
   * closes no connection. Longer than a controller takes to notice that it is gone, and so for the
   * others to acknowledge without it.
   */
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  /** An answer that comes later tells too little of now. */
  private static final int QUESTION_MILLIS = 2_000;

  private final Config config;
  private final Map<String, String> kafka;
  private final TopicNames names;
  private final String instance;

  LogClients(Config config, String instance) {
    this.config = config;
    this.kafka = LogSettings.kafka(config);
    this.names = new TopicNames(LogSettings.topicPrefix(config));
    this.instance = instance;
  }

  TopicNames names() {
    return names;
  }

  Map<String, String> kafka() {
    return kafka;
  }

  /** Reads {@code deliveries}: as it comes, in batches as large as have come. */
  Consumer<byte[], byte[]> deliveries() {
    return open(deliveriesSettings());
  }

  Map<String, Object> deliveriesSettings() {
    Map<String, Object> settings = consumer("deliveries");
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, names.group(DeliveryReader.GROUP));
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
    // Where offsets are not what they were, it is the reader that decides where to begin.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return settings;
  }

  /** Tells one topic from another of the same name. */
  Admin topics() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, instance + "-topics");
    return Admin.create(settings);
  }

  /** Asks who is a member of the inbox's group. */
  Admin members() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, instance + "-members");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, QUESTION_MILLIS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, QUESTION_MILLIS);
    return Admin.create(settings);
  }

  /** Reads a whole topic, without a group. */
  Consumer<byte[], byte[]> table(String name) {
    Map<String, Object> settings = consumer(name);
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return open(settings);
  }

  private Map<String, Object> consumer(String name) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.CLIENT_ID_CONFIG, instance + "-" + name);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.putIfAbsent(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    return settings;
  }

  private static Consumer<byte[], byte[]> open(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Writes receipts and parked deliveries. It lingers 5 ms: nobody waits for a receipt but the
   * offset, and a batch costs the broker less than its records one by one.
   */
  Producer<byte[], byte[]> writer() {
    return new KafkaProducer<>(
        writerSettings(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  Map<String, Object> writerSettings() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, instance + "-writer");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // One topic that is away is to keep the others waiting no longer than this.
    settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    // What was delivered to this node has to fit, with what is added.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LogTopic.MAX_RECORD_BYTES);
    settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    // Given up by the producer and written again, a record would come behind younger ones.
    settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    return settings;
  }

  /**
   * The parked inbox: its own topic is the changelog, so what is committed bounds what is restored.
   *
   * @param self where other nodes reach this one
   * @param memory what its tables may take outside the heap
   */
  Properties inbox(HostPort self, RocksMemory memory) {
    Properties settings = new Properties();
    settings.putAll(memory.settings(RocksMemory.Workload.READS));
    settings.putAll(kafka);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, names.group(APPLICATION));
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, instance + "-inbox");
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.get(NodeSettings.STATE_DIR).toString());
    settings.put(
        StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, config.get(NodeSettings.STANDBY_REPLICAS));
    settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, self.toString());
    settings.put(StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG, InboxAssignor.class.getName());
    // A partition goes to a node that is at most a moment behind, and until there is one it stays.
    // A new node fetches its share first, all of it at once, and a minute later it is looked at
    // again. What a node lags is counted in records: a warm one lacks those of its last commit.
    settings.putIfAbsent(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 1_000L);
    settings.putIfAbsent(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 8);
    settings.putIfAbsent(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    settings.put(StreamsConfig.POLL_MS_CONFIG, 20);
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    settings.putIfAbsent(
        StreamsConfig.consumerPrefix(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG),
        REQUEST_TIMEOUT_MILLIS);
    long session = config.get(NodeSettings.SESSION_TIMEOUT).toMillis();
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int) session);
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) Math.max(100, Math.min(HEARTBEAT_MILLIS, session / 4)));
    config
        .get(NodeSettings.GROUP_INSTANCE_ID)
        .ifPresent(member ->
            settings.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), member));
    return settings;
  }
}
