package dev.tidings.ingest.trace;

import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.kafka.SafeTimestamps;
import dev.tidings.service.rocks.DamagedTableException;
import dev.tidings.service.rocks.RocksMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.RangeQuery;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * This node's part of the table over {@code receipts}: Kafka Streams keeps it in RocksDB, with the
 * topic itself as its changelog (KIP-813), and knows which node has which part. Thread-safe.
 */
public final class TraceTable implements AutoCloseable {
  static final String STORE = "receipts";
  public static final String GROUP = "tidings-traces";

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final KafkaStreams streams;
  private final HostInfo self;
  private final Positions positions;
  private final RocksMemory memory;
  private final EndWriter ends;
  private final StreamsUncaughtExceptionHandler failures;
  private final AtomicBoolean damaged = new AtomicBoolean();

  private TraceTable(
      KafkaStreams streams,
      HostInfo self,
      Positions positions,
      RocksMemory memory,
      EndWriter ends,
      StreamsUncaughtExceptionHandler failures) {
    this.ends = ends;
    this.failures = failures;
    this.streams = streams;
    this.self = self;
    this.positions = positions;
    this.memory = memory;
  }

  /**
   * Starts building the table; returns at once.
   *
   * @param names the names of the topic and the group
   * @param self HOST:PORT of this node's http port, as the other nodes reach it
   * @param state a directory for this process alone
   * @param retention the time after which a receipt is deleted from the table
   * @param registry returns the schemas of receipts
   * @param memory its off-heap memory, which the table closes
   * @param failures decides what to do when its thread dies, or it is found damaged
   */
  public static TraceTable start(
      Map<String, String> kafka,
      TopicNames names,
      String instance,
      HostInfo self,
      Path state,
      Duration retention,
      RegistryClient registry,
      RocksMemory memory,
      StreamsUncaughtExceptionHandler failures) {
    Positions positions = new Positions();
    String receipts = names.of(LogTopics.RECEIPTS);
    EndWriter ends = EndWriter.of(kafka, instance, receipts);
    KafkaStreams streams =
        new KafkaStreams(
            topology(receipts, positions, retention, () -> new LastWord(registry), ends),
            new StreamsConfig(settings(kafka, names.group(GROUP), instance, self, state, memory)));
    streams.setUncaughtExceptionHandler(failures);
    streams.start();
    return new TraceTable(streams, self, positions, memory, ends, failures);
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

  /** The node that has the receipts of an id. */
  sealed interface Owner {
    /** Here, in this partition. */
    record Here(int partition) implements Owner {}

    /** On another node. */
    record There(HostInfo node) implements Owner {}

    /** Partitions are being reassigned, or no broker answers. */
    record Nobody() implements Owner {}
  }

  Owner owner(NotificationId id) {
    return owner(partitions -> Partitioning.partition(id.key(), partitions));
  }

  Owner owner(UniqueId unique) {
    return owner(unique::partition);
  }

  private Owner owner(IntUnaryOperator partitionOf) {
    if (!streams.state().isRunningOrRebalancing()) {
      return new Owner.Nobody();
    }
    StreamPartitioner<String, Object> partitioner =
        (topic, key, value, partitions) -> Optional.of(Set.of(partitionOf.applyAsInt(partitions)));
    @Nullable KeyQueryMetadata found = streams.queryMetadataForKey(STORE, "", partitioner);
    if (found == null || found.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
      return new Owner.Nobody();
    }
    return found.activeHost().equals(self)
        ? new Owner.Here(found.partition())
        : new Owner.There(found.activeHost());
  }

  /** The result of a look-up in a partition of this node. */
  sealed interface Lookup {
    /**
     * The receipts found, in the order of their keys.
     *
     * @param next the mark at which the next page begins; null if there is none
     */
    record Found(List<Kept> receipts, @Nullable String next) implements Lookup {}

    /** The partition is still being restored, or has just moved to another node. */
    record NotServing(String why) implements Lookup {}
  }

  /**
   * A stored receipt.
   *
   * @param value the bytes as in the log
   */
  record Kept(ReceiptKey key, byte[] value) {}

  /**
   * Returns a page of the receipts of an id.
   *
   * @param fromMark the mark at which the page begins; null for the first page
   */
  Lookup find(NotificationId id, @Nullable String fromMark, int partition) {
    return query(ReceiptKey.first(id, fromMark), ReceiptKey.last(id), partition, key -> true);
  }

  /** Returns the receipts of a notification to one token. */
  Lookup find(UniqueId unique, int partition) {
    byte[] prefix = unique.keyPrefix().getBytes(StandardCharsets.US_ASCII);
    byte[] last = (unique.keyPrefix() + '~').getBytes(StandardCharsets.US_ASCII);
    return query(prefix, last, partition, key -> UniqueId.of(key).equals(unique));
  }

  private Lookup query(byte[] first, byte[] last, int partition, Predicate<ReceiptKey> wanted) {
    ReceiptScan scan =
        new ReceiptScan(new Served(partition), Bytes.wrap(first), Bytes.wrap(last), wanted);
    try {
      return scan.read();
    } catch (NotServedException e) {
      return new Lookup.NotServing(e.why);
    } catch (InvalidStateStoreException e) {
      return new Lookup.NotServing("the trace table's partition is being moved");
    } catch (DamagedTableException e) {
      if (!damaged.getAndSet(true)) {
        failures.handle(e);
      }
      return new Lookup.NotServing("the trace table is damaged, and restored");
    }
  }

  /** A partition of this node, while this node has it. */
  private final class Served implements ReceiptScan.Part {
    private final int partition;

    Served(int partition) {
      this.partition = partition;
    }

    @Override
    public KeyValueIterator<Bytes, byte[]> from(Bytes first) {
      return ask(RangeQuery.<Bytes, byte[]>withLowerBound(first).withAscendingKeys());
    }

    @Override
    public @Nullable Bytes last() {
      try (KeyValueIterator<Bytes, byte[]> backwards =
          ask(RangeQuery.<Bytes, byte[]>withNoBounds().withDescendingKeys())) {
        return backwards.hasNext() ? backwards.next().key : null;
      }
    }

    private KeyValueIterator<Bytes, byte[]> ask(RangeQuery<Bytes, byte[]> query) {
      @Nullable QueryResult<KeyValueIterator<Bytes, byte[]>> result;
      try {
        result =
            streams
                .query(
                    StateQueryRequest.inStore(STORE)
                        .withQuery(query)
                        .withPartitions(Set.of(partition))
                        .requireActive())
                .getPartitionResults()
                .get(partition);
      } catch (IllegalStateException e) {
        throw new NotServedException("the trace table is stopped");
      }
      if (result == null) {
        throw new NotServedException("the trace table's partition is being moved");
      }
      if (result.isFailure()) {
        throw new NotServedException("the trace table is being restored");
      }
      return result.getResult();
    }
  }

  /** The partition cannot be read on this node at the moment. */
  private static final class NotServedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String why;

    NotServedException(String why) {
      super(why, null, false, false);
      this.why = why;
    }
  }

  /** Returns whether the table follows the topic; false while partitions are moved or restored. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** Returns the position of this node in a partition of {@code receipts}, as far as known. */
  long position(int partition) {
    return positions.next(partition);
  }

  @Override
  public void close() {
    // Without leaving the group, the partitions would be unavailable for the whole session timeout.
    streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(CLOSE_TIMEOUT));
    ends.close();
    memory.close();
  }
}
