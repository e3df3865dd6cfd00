package dev.tidings.streams.run;

import static org.apache.kafka.streams.StreamsConfig.consumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;
import static org.apache.kafka.streams.StreamsConfig.restoreConsumerPrefix;

import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import dev.tidings.streams.write.OversizedRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka Streams' configuration, chosen for low latency. First come our defaults, then the
 * operator's settings, then the settings on which guarantees depend.
 *
 * @param application its {@code application.id}
 * @param standbys how many other processes keep a copy of each task's tables
 * @param groupInstance the instance id that makes the process a static member of its group
 * @param replicas the replication factor of a topic that Kafka Streams creates, should it create
 *     one
 */
public record StreamsProperties(
    KafkaClients clients,
    String application,
    Path stateDir,
    int threads,
    int standbys,
    Optional<String> groupInstance,
    short replicas,
    Duration commitInterval,
    OversizedRecords oversizedRecords,
    RocksMemory memory) {

  /** The default time after which a process without heartbeats loses its partitions. */
  public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(6);

  public ClientSettings settings() {
    ClientSettings all = clients.streams(application, clients.instance(), stateDir);
    latency(all);
    recovery(all);
    guarantees(all);
    return all;
  }

  private void latency(ClientSettings all) {
    // Linger: Kafka Streams' default of 100 ms is for throughput. Batches form anyway while
    // requests are in flight, and grow with the load.
    all.byDefault(producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    all.byDefault(producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 64 * 1024);
    // Commit interval: a commit flushes the producer and blocks processing. Frequent small flushes
    // are better for the slowest notification than rare large ones, and bound the repetitions after
    // a crash.
    all.byDefault(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitInterval.toMillis());
    // No cache: it would delay writes until the commit, and lengthen the commit.
    all.byDefault(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    // Poll time: a poll returns as soon as there are records; without any, this is the interval of
    // the timers.
    all.byDefault(StreamsConfig.POLL_MS_CONFIG, 25);
    // Small polls: the fewer records at once, the sooner the first is flushed under load.
    all.byDefault(consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 500);
    // Do not wait for records of the other topic, nor check for them at each record: only the
    // notification that needs a late registration waits for it.
    all.byDefault(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
  }

  private void recovery(ClientSettings all) {
    // After a kill, the partitions are not processed until the session timeout; the default is 45
    // s.
    all.byDefault(
        mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) SESSION_TIMEOUT.toMillis());
    all.byDefault(mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 500);
    // Request timeout: a broker that hangs or is cut off does not close connections; the default is
    // 30 s. The controller fences it after 9 s, and then the others acknowledge without it.
    all.byDefault(producerPrefix(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG), 10_000);
    all.byDefault(consumerPrefix(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG), 10_000);
    all.byDefault(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
    all.byDefault(memory.settings(RocksMemory.Workload.READS));
  }

  /** What all Streams applications have in common is in {@link KafkaClients#streams}. */
  private void guarantees(ClientSettings all) {
    all.always(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    // The brokers' default may be one replica, and an unavailable internal topic stops all
    // processing.
    all.always(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replicas);
    // An accepted notification, with the fields added here, must fit.
    all.always(producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), LogTopic.MAX_RECORD_BYTES);
    // Kafka Streams adds the thread's number. It decides whether to leave the group at a stop.
    groupInstance.ifPresent(
        id -> all.always(mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), id));
    // A record that the producer gives up, and that Kafka Streams reads again, would come after
    // newer ones.
    all.always(producerPrefix(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG), Integer.MAX_VALUE);
    // Records of a transaction that the provider has aborted are not delivered.
    all.guaranteed(consumerPrefix(""), ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    all.guaranteed(mainConsumerPrefix(""), ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    all.guaranteed(restoreConsumerPrefix(""), ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    all.always(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, WriteFailures.class);
    all.always(WriteFailures.UNDELIVERABLE, oversizedRecords);
  }
}
