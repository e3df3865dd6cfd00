package dev.tidings.streams.run;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.streams.write.OversizedRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka Streams' configuration, chosen for low latency. First come our defaults, then the
 * operator's settings, then the settings on which guarantees depend.
 *
 * @param kafka the operator's settings, by Kafka's names
 * @param application its {@code application.id}
 * @param standbys how many other processes keep a copy of each task's tables
 * @param groupInstance the instance id that makes the process a static member of its group
 * @param replicas the replication factor of a topic that Kafka Streams creates, should it create
 *     one
 */
public record StreamsProperties(
    Map<String, String> kafka,
    String application,
    String instance,
    Path stateDir,
    int threads,
    int standbys,
    Optional<String> groupInstance,
    short replicas,
    Duration commitInterval,
    OversizedRecords oversizedRecords,
    RocksMemory memory) {

  private static final String READ_COMMITTED = IsolationLevel.READ_COMMITTED.toString();

  /** The default time after which a process without heartbeats loses its partitions. */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  public static final String APPLICATION_ID = "tidings-streams-processor";

  public Map<String, Object> toMap() {
    Map<String, Object> all = new HashMap<>();
    latency(all);
    recovery(all);
    all.putAll(kafka);
    guarantees(all);
    return all;
  }

  private void latency(Map<String, Object> all) {
    // Linger: Kafka Streams' default of 100 ms is for throughput. Batches form anyway while
    // requests are in flight, and grow with the load.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    all.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 * 1024);
    // Commit interval: a commit flushes the producer and blocks processing. Frequent small flushes
    // are better for the slowest notification than rare large ones, and bound the repetitions after
    // a crash.
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    // No cache: it would delay writes until the commit, and lengthen the commit.
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    // Poll time: a poll returns as soon as there are records; without any, this is the interval of
    // the timers.
    all.put(StreamsConfig.POLL_MS_CONFIG, 25);
    // Small polls: the fewer records at once, the sooner the first is flushed under load.
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 500);
    // Do not wait for records of the other topic, nor check for them at each record: only the
    // notification that needs a late registration waits for it.
    all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
  }

  private void recovery(Map<String, Object> all) {
    // After a kill, the partitions are not processed until the session timeout; the default is 45
    // s.
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) SESSION_TIMEOUT.toMillis());
    all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
    // Request timeout: a broker that hangs or is cut off does not close connections; the default is
    // 30 s. The controller fences it after 9 s, and then the others acknowledge without it.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG), 10_000);
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG), 10_000);
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
    all.putAll(memory.settings(RocksMemory.Workload.READS));
  }

  private void guarantees(Map<String, Object> all) {
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    all.put(StreamsConfig.CLIENT_ID_CONFIG, instance);
    all.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    // The brokers' default may be one replica, and an unavailable internal topic stops all
    // processing.
    all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replicas);
    // An accepted notification, with the fields added here, must fit.
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        LogTopic.MAX_RECORD_BYTES);
    // Kafka Streams adds the thread's number. It decides whether to leave the group at a stop, so
    // an operator must not set it under Kafka's name.
    all.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    String groupInstanceId =
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    all.remove(groupInstanceId);
    groupInstance.ifPresent(id -> all.put(groupInstanceId, id));
    // Exactly once would cost each notification 60-80 ms; the device drops repetitions by their id.
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    all.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    // Otherwise a retry could be overtaken, and a device's notifications would change their order.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG), true);
    // A record that the producer gives up, and that Kafka Streams reads again, would come after
    // newer ones.
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), Integer.MAX_VALUE);
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // Records of a transaction that the provider has aborted are not delivered.
    String isolation = ConsumerConfig.ISOLATION_LEVEL_CONFIG;
    all.put(StreamsConfig.consumerPrefix(isolation), READ_COMMITTED);
    all.put(StreamsConfig.mainConsumerPrefix(isolation), READ_COMMITTED);
    all.put(StreamsConfig.restoreConsumerPrefix(isolation), READ_COMMITTED);
    all.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, WriteFailures.class);
    all.put(WriteFailures.UNDELIVERABLE, oversizedRecords);
  }
}
