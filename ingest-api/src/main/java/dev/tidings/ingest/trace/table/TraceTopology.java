package dev.tidings.ingest.trace.table;

import dev.tidings.service.kafka.SafeTimestamps;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.Stores;

/** How Kafka Streams keeps the table: its topology and its settings. */
final class TraceTopology {
  static final String STORE = "receipts";

  private TraceTopology() {}

  static Topology topology(
      String receipts,
      Positions positions,
      Duration retention,
      Supplier<LastWord> lastWord,
      EndAgain endAgain) {
    return new Topology()
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
            "receipts-taker",
            () -> new ReceiptProcessor(positions, retention, lastWord.get(), endAgain));
  }

  static Map<String, Object> settings(
      Map<String, String> kafka,
      String application,
      String instance,
      HostInfo self,
      Path state,
      RocksMemory memory) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1_000);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    // After a kill, the node's part is unavailable for the session timeout: the shortest that
    // brokers allow by default.
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_000);
    settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    // Receipts are not urgent: fetching those of a tenth of a second at once costs brokers and this
    // node less than one by one.
    settings.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MIN_BYTES_CONFIG), 256 * 1024);
    settings.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100);
    settings.putAll(memory.settings(RocksMemory.Workload.WRITES));
    settings.putAll(kafka);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.CLIENT_ID_CONFIG, instance + "-traces");
    settings.put(StreamsConfig.APPLICATION_SERVER_CONFIG, self.host() + ":" + self.port());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return settings;
  }
}
