package dev.tidings.node;

import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.inbox.assign.InboxAssignor;
import dev.tidings.node.log.DeliveryReader;
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

/** Creates Kafka clients according to the configuration. */
final class LogClients {
  /**
   * The id of the parked inbox's Streams application: its group, and its directory below {@code
   * state.dir}.
   */
  static final String APPLICATION = "tidings-inbox";

  /** Heartbeat interval. A rebalance is noticed this late, which adds to every takeover. */
  private static final long HEARTBEAT_MILLIS = 500;

  /**
   * The time after which a request without a response fails: a broker that hangs, or is cut off,
   * closes no connection. Longer than a controller takes to notice that a broker is gone, and so
   * for the other replicas to acknowledge without it.
   */
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  /** The timeout of queries: a later response says too little about the present. */
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

  /**
   * Creates the consumer of {@code deliveries}: it fetches without delay, in batches as large as
   * available.
   */
  Consumer<byte[], byte[]> deliveries() {
    return open(deliveriesSettings());
  }

  Map<String, Object> deliveriesSettings() {
    Map<String, Object> settings = consumer("deliveries");
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, names.group(DeliveryReader.GROUP));
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
    // If offsets are out of range, the reader decides where to begin.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    return settings;
  }

  /** Creates the client that looks up topic ids, to detect a recreated topic. */
  Admin topics() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, instance + "-topics");
    return Admin.create(settings);
  }

  /** Creates the client that queries the members of the inbox's group. */
  Admin members() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(AdminClientConfig.CLIENT_ID_CONFIG, instance + "-members");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, QUESTION_MILLIS);
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, QUESTION_MILLIS);
    return Admin.create(settings);
  }

  /** Creates a consumer that reads a whole topic, without a group. */
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
   * Creates the producer of receipts and parked deliveries. It lingers 5 ms: only the commit waits
   * for a receipt, and a batch costs the broker less than its records one by one.
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
    // An unavailable topic may delay the others by this time at most.
    settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
    // A record delivered to this node has to fit, with the added fields.
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LogTopic.MAX_RECORD_BYTES);
    settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    // No delivery timeout: a record that the producer drops and the node writes again would follow
    // younger ones.
    settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    return settings;
  }

  /**
   * Returns the settings of the parked inbox's application: its topic is its own changelog, so the
   * committed offset bounds the restoration.
   *
   * @param self the address at which other nodes reach this one
   * @param memory the bounds of its tables' memory outside the heap
   */
  Properties inbox(NodeAddress self, RocksMemory memory) {
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
    // A partition moves only to a node that lags a moment at most, and stays until there is one. A
    // new node restores its whole share at once, and a minute later the assignment is checked
    // again. The lag is counted in records: a warm node lacks those since its last commit.
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
