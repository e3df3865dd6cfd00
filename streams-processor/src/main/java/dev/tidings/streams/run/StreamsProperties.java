package dev.tidings.streams.run;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.streams.write.Undeliverable;
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
 * Kafka Streams' configuration, chosen for the time a notification takes. First ours, then what the
 * operator says, then what the guarantees rest on.
 *
 * @param kafka what the operator says, by Kafka's names
 * @param application its {@code application.id}
 * @param standbys how many other processes keep a copy of each task's tables
 * @param groupInstance what makes the process a static member of its group
 * @param replicas how often a topic of Kafka Streams' own is replicated, should it make one
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
    Undeliverable undeliverable,
    RocksMemory memory) {

  private static final String READ_COMMITTED = IsolationLevel.READ_COMMITTED.toString();

  /** After which a process that is not heard of loses its partitions, unless told otherwise. */
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
    // Streams' default of 100 ms is for throughput. Batches form anyway while requests are under
    // way, and grow with the load.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    all.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 * 1024);
    // At a commit the producer is flushed in series with the work: often and little is better for
    // the slowest notification than seldom and much; it also bounds what a crash repeats.
    all.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    // A cache would hold writes back until the commit, and make that one longer.
    all.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    // A poll returns as soon as there is something; idle, this is how often time is looked at.
    all.put(StreamsConfig.POLL_MS_CONFIG, 25);
    // The fewer at once, the sooner the first is flushed under load.
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 500);
    // Not to wait for the other topic's records to arrive, nor to ask for each record whether there
    // are any: a registration that is late is waited for by the one notification that needs it.
    all.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
  }

  private void recovery(Map<String, Object> all) {
    // After a kill the partitions rest for the session timeout; the default is 45 s.
    all.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) SESSION_TIMEOUT.toMillis());
    all.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
    // A broker that hangs, or is cut off, closes no connection; the default is 30 s. The controller
    // misses it after 9 s, and then the others acknowledge without it.
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
    // The brokers' default may be once, and a topic of its own that is away stops all others.
    all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replicas);
    // What was accepted has to fit, with what is added.
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        LogTopic.MAX_RECORD_BYTES);
    // Streams adds the thread's number. Whether to stay at a stop hangs on it, so it is not the
    // operator's to give under Kafka's name.
    all.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    String groupInstanceId =
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    all.remove(groupInstanceId);
    groupInstance.ifPresent(id -> all.put(groupInstanceId, id));
    // Exactly once would cost each notification 60-80 ms; the device drops repetitions by their id.
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    all.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
    // Or a retry could overtake, and a device's notifications change their order.
    all.put(StreamsConfig.producerPrefix(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG), true);
    // One that the producer gives up and Streams reads again would come behind younger ones.
    all.put(
        StreamsConfig.producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), Integer.MAX_VALUE);
    all.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    // What a provider has taken back, by aborting its transaction, is not sent.
    String isolation = ConsumerConfig.ISOLATION_LEVEL_CONFIG;
    all.put(StreamsConfig.consumerPrefix(isolation), READ_COMMITTED);
    all.put(StreamsConfig.mainConsumerPrefix(isolation), READ_COMMITTED);
    all.put(StreamsConfig.restoreConsumerPrefix(isolation), READ_COMMITTED);
    all.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, WriteFailures.class);
    all.put(WriteFailures.UNDELIVERABLE, undeliverable);
  }
}
