package dev.tidings.node.settings;

import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;

import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.inbox.assign.InboxAssignor;
import dev.tidings.node.log.write.WriterLimits;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.service.table.TableSource;
import java.time.Duration;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/** Creates Kafka clients according to the configuration. */
public final class LogClients {
  /** Heartbeat interval. A rebalance is noticed this late, which adds to every takeover. */
  private static final int HEARTBEAT_MILLIS = 500;

  /**
   * The time after which a request without a response fails: a broker that hangs, or is cut off,
   * closes no connection. Longer than a controller takes to notice that a broker is gone, and so
   * for the other replicas to acknowledge without it.
   */
  private static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  /** The timeout of queries: a later response says too little about the present. */
  private static final Duration QUESTION = Duration.ofSeconds(2);

  /** What one request of a replay reads at most: it may need no more of it than its beginning. */
  private static final int REPLAY_FETCH_BYTES = 128 << 10;

  private final Config config;
  private final KafkaClients clients;
  private final TopicNames names;

  LogClients(Config config, ServiceInstance instance) {
    this.config = config;
    this.clients = instance.clients();
    this.names = instance.topics();
  }

  /**
   * Creates the consumer of {@code deliveries}: it fetches without delay, in batches as large as
   * available. Its reader handles damaged batches, by a setting of its own.
   */
  public Consumer<byte[], byte[]> deliveries() {
    return deliveriesSettings().openUnguardedConsumer();
  }

  ClientSettings deliveriesSettings() {
    return consumer("deliveries")
        .byDefault(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000)
        .always(ConsumerConfig.GROUP_ID_CONFIG, names.group(ConsumerGroups.DELIVERY_NODES))
        // If offsets are out of range, the reader decides where to begin.
        .always(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
  }

  /**
   * Creates a consumer that reads {@code deliveries} once more, a little at a time. It reads one
   * partition: at a damaged batch it fails, unless that is skipped.
   */
  public Consumer<byte[], byte[]> replays() {
    ClientSettings settings =
        consumer("replays")
            .byDefault(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500)
            .byDefault(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, REPLAY_FETCH_BYTES)
            .byDefault(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, REPLAY_FETCH_BYTES)
            .byDefault(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    return config.get(DeliverySettings.SKIP_CORRUPT)
        ? settings.openConsumer(clients.damaged().skipping())
        : settings.openUnguardedConsumer();
  }

  /** Creates the client that looks up topic ids, to detect a recreated topic. */
  public Admin topics() {
    return clients.admin("topics").openAdmin();
  }

  /** Creates the client that queries the members of the inbox's group. */
  public Admin members() {
    return clients.admin("members").answeredWithin(QUESTION).openAdmin();
  }

  /** Creates a consumer that reads a whole topic, without a group. */
  public Consumer<byte[], byte[]> table(String name) {
    return consumer(name).openConsumer();
  }

  /**
   * Opens the topic {@code control} as a table.
   *
   * @param admin looks up the topic's id
   */
  public TableSource control(String topic, Admin admin) {
    return TableSource.open(clients, "control", topic, admin);
  }

  /**
   * Opens the topic {@code replays} as a table.
   *
   * @param admin looks up the topic's id
   */
  public TableSource orders(String topic, Admin admin) {
    return TableSource.open(clients, "replay-orders", topic, admin);
  }

  private ClientSettings consumer(String name) {
    return clients
        .consumer(name)
        .byDefault(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
  }

  /**
   * Creates the producer of receipts and parked deliveries. It lingers 5 ms: only the commit waits
   * for a receipt, and a batch costs the broker less than its records one by one.
   */
  public Producer<byte[], byte[]> writer() {
    return writerSettings().openProducer();
  }

  ClientSettings writerSettings() {
    return clients
        .producer("writer")
        .byDefault(ProducerConfig.LINGER_MS_CONFIG, 5)
        .byDefault(ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024)
        .byDefault(ProducerConfig.BUFFER_MEMORY_CONFIG, WriterLimits.BUFFER_BYTES)
        .byDefault(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS)
        // An unavailable topic may delay the others by this time at most.
        .byDefault(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000)
        // A record delivered to this node has to fit, with the added fields.
        .always(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LogTopic.MAX_RECORD_BYTES)
        // No delivery timeout: a record that the producer drops and the node writes again would
        // follow younger ones.
        .always(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
  }

  /** Returns what the writer may give to its producer, whose buffer an operator may set. */
  public WriterLimits writerLimits() {
    String buffer = ProducerConfig.BUFFER_MEMORY_CONFIG;
    Object bytes = writerSettings().toMap().get(buffer);
    return WriterLimits.ofBuffer(
        (Long)
            Objects.requireNonNull(
                ConfigDef.parseType(buffer, bytes, ConfigDef.Type.LONG), buffer));
  }

  /**
   * Returns the settings of the parked inbox's application: its topic is its own changelog, so the
   * committed offset bounds the restoration.
   *
   * @param self the address at which other nodes reach this one
   * @param memory the bounds of its tables' memory outside the heap
   */
  public ClientSettings inbox(NodeAddress self, RocksMemory memory) {
    int session = Math.toIntExact(config.get(NodeSettings.SESSION_TIMEOUT).toMillis());
    ClientSettings settings =
        clients
            .streams(
                names.group(ConsumerGroups.INBOX),
                clients.instance() + "-inbox",
                config.get(NodeSettings.STATE_DIR))
            .byDefault(memory.settings(RocksMemory.Workload.READS))
            // A partition moves only to a node that lags a moment at most, and stays until there is
            // one. A new node restores its whole share at once, and a minute later the assignment
            // is checked again. The lag is counted in records: a warm node lacks those since its
            // last commit.
            .byDefault(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, 1_000L)
            .byDefault(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 8)
            .byDefault(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000L)
            .byDefault(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000)
            .byDefault(StreamsConfig.POLL_MS_CONFIG, 20)
            .byDefault(
                StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED)
            .byDefault(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0)
            .byDefault(
                consumerPrefix(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG), REQUEST_TIMEOUT_MILLIS)
            .byDefault(
                mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                Math.max(100, Math.min(HEARTBEAT_MILLIS, session / 4)))
            .always(
                StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG,
                config.get(NodeSettings.STANDBY_REPLICAS))
            .always(StreamsConfig.APPLICATION_SERVER_CONFIG, self.toString())
            .always(StreamsConfig.TASK_ASSIGNOR_CLASS_CONFIG, InboxAssignor.class.getName())
            // A node that has not been heard for this long stops delivering, and others take over.
            .always(mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    config
        .get(NodeSettings.GROUP_INSTANCE_ID)
        .ifPresent(member ->
            settings.always(mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), member));
    return settings;
  }
}
