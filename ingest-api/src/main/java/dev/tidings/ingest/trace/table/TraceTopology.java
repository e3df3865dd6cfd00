package dev.tidings.ingest.trace.table;

import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;

import dev.tidings.ingest.trace.index.IndexTime;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.service.kafka.SafeTimestamps;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.Stores;

/** The topology and the settings with which Kafka Streams keeps the table. */
final class TraceTopology {
  static final String STORE = "receipts";

  /** The index of the history. */
  static final String INDEX = "history";

  private static final String TAKER = "receipts-taker";

  private TraceTopology() {}

  /**
   * @param history how long may be worked on the index of the history; empty if none is kept
   */
  static Topology topology(
      String receipts,
      Positions positions,
      Duration retention,
      RegistryClient registry,
      ReceiptProcessor.FinalReceiptRewriter endAgain,
      Optional<IndexTime> history) {
    Topology table =
        new Topology()
            .addReadOnlyStateStore(
                Stores.timestampedKeyValueStoreBuilder(
                        Stores.persistentTimestampedKeyValueStore(STORE),
                        Serdes.Bytes(),
                        Serdes.ByteArray())
                    .withLoggingDisabled(),
                "receipts-source",
                new SafeTimestamps(),
                new BytesDeserializer(),
                new ByteArrayDeserializer(),
                receipts,
                TAKER,
                () -> new ReceiptProcessor(positions, retention, registry, endAgain, history));
    // Made again from the table: it has no topic of its own.
    return history.isEmpty()
        ? table
        : table.addStateStore(
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(INDEX), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled(),
            TAKER);
  }

  static ClientSettings settings(
      KafkaClients clients, String application, HostInfo self, Path state, RocksMemory memory) {
    return clients
        .streams(application, clients.instance() + "-traces", state)
        .byDefault(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000)
        .byDefault(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED)
        // After a kill, the node's part is unavailable for the session timeout: the shortest that
        // brokers allow by default.
        .byDefault(mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_000)
        .byDefault(mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000)
        // Receipts are not urgent: fetching those of a tenth of a second at once costs brokers and
        // this node less than one by one.
        .byDefault(mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 256 * 1024)
        .byDefault(mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100)
        .byDefault(memory.settings(RocksMemory.Workload.WRITES))
        .always(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1)
        .always(StreamsConfig.APPLICATION_SERVER_CONFIG, self.host() + ":" + self.port());
  }
}
