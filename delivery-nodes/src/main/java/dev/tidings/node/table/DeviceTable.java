package dev.tidings.node.table;

import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.table.TablePartition.Unseen;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.kafka.SafeTimestamps;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * A compacted topic of {@link DeviceKey}s, stored on disk by the node that owns the device's inbox:
 * its store is in the inbox's task, so both always have the same owner. Reads wait until everything
 * written before the takeover is in the store, and include this node's own later writes. The caller
 * has to order two writes of one key: the second may begin once the first is in the log.
 * Thread-safe, and no call blocks.
 *
 * @param <V> the type of the records
 */
public final class DeviceTable<V extends SpecificRecord> {
  /** The maximum number of writes of a partition that have not been read back yet. */
  private static final int MOST_UNSEEN = 10_000;

  /** How long a partition that is reassigned waits for its last writes to reach the log. */
  private static final Duration LET_GO = Duration.ofSeconds(2);

  private final String name;
  private final LogTopic<V> topic;
  private final int count;
  private final LogWriter log;
  private final TableReaders readers;
  private final Supplier<AvroDeserializer<V>> deserializers;
  private final TableReads<V> reads;
  private final TableRule<V> rule;
  private final long process = WriteId.newProcess();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong takeovers = new AtomicLong();
  private final Map<Integer, TablePartition<V>> owned = new ConcurrentHashMap<>();
  private volatile @Nullable BiConsumer<DeviceKey, Supplier<Optional<V>>> watch;

  /**
   * @param name the name of the store; it names a directory and must never be changed
   * @param count the number of partitions of the topic
   * @param rule decides between records of one key that contradict each other
   */
  public DeviceTable(
      String name,
      LogTopic<V> topic,
      int count,
      LogWriter log,
      TableReaders readers,
      RegistryClient registry,
      TableRule<V> rule) {
    this.name = name;
    this.topic = topic;
    this.count = count;
    this.log = log;
    this.readers = readers;
    Class<V> type = topic.value().orElseThrow();
    this.deserializers = () -> AvroDeserializer.unlessAway(registry, type);
    this.reads = new TableReads<>(deserializers, rule);
    this.rule = rule;
  }

  /** Adds the table to a topology. */
  public void addTo(Topology topology) {
    topology.addReadOnlyStateStore(
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
            .withCachingDisabled()
            .withLoggingDisabled(),
        name + "-source",
        new SafeTimestamps(),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer(),
        topicName(),
        name + "-processor",
        () -> new TableProcessor<>(this, deserializers.get(), rule));
  }

  /**
   * Joins the table to the task of another processor, so that both are always assigned together.
   */
  public void connect(Topology topology, String processor) {
    topology.connectProcessorAndStateStores(processor, name);
  }

  public String name() {
    return name;
  }

  /** Returns the name of the topic. */
  public String topicName() {
    return log.nameOf(topic);
  }

  /**
   * Returns the record of a key, if there is one; fails with {@link NotOwnedException} on a node
   * that does not own the device.
   */
  public CompletableFuture<Optional<V>> get(DeviceKey key) {
    Bytes bytes = Bytes.wrap(key.bytes());
    return current(key.device())
        .thenCompose(
            partition -> readers.read(() -> Optional.ofNullable(reads.get(partition, bytes))));
  }

  /**
   * As {@link #get}, but synchronous, for threads that may block: returns the record in the store
   * at this moment, which may be an old one: see {@link #isComplete}. Returns nothing on a node
   * that does not own the device.
   */
  public Optional<V> peek(DeviceKey key) {
    @Nullable TablePartition<V> partition =
        owned.get(Partitioning.partition(key.device().key(), count));
    return partition == null
        ? Optional.empty()
        : Optional.ofNullable(reads.get(partition, Bytes.wrap(key.bytes())));
  }

  /**
   * Returns whether everything written before the takeover of the device's partition is in the
   * store: what {@link #peek} returns from then on is not older than that.
   */
  public boolean isComplete(DeviceId device) {
    @Nullable TablePartition<V> partition = owned.get(Partitioning.partition(device.key(), count));
    return partition != null
        && partition.current().isDone()
        && !partition.current().isCompletedExceptionally();
  }

  /**
   * Returns the records of a device by their names; fails with {@link NotOwnedException} on a node
   * that does not own it.
   *
   * @param limit the maximum number of records
   */
  public CompletableFuture<Map<String, V>> all(DeviceId device, int limit) {
    return current(device)
        .thenCompose(partition -> readers.read(() -> reads.all(partition, device, limit)));
  }

  /**
   * Returns the names of devices of this node's partitions that have a record, in the order of
   * their bytes.
   *
   * @param prefix what they begin with; may be empty
   * @param after the name behind which they begin; may be empty
   * @param limit how many at most
   */
  public CompletableFuture<NavigableSet<String>> devices(String prefix, String after, int limit) {
    return DeviceNames.all(owned.values(), readers, new DeviceNames.Wanted(prefix, after, limit));
  }

  /**
   * Scans all records of this node's partitions, some at a time, on the reading threads. Returns at
   * once.
   *
   * @param look called with each key and a supplier that reads its record as it is at that time, if
   *     it can be read
   */
  public void each(BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    TableScan.all(owned.values(), partition -> scan(partition, look).begin());
  }

  /**
   * Shows, on the reading threads, all records of this node's partitions, those of a partition that
   * it takes over, and each that is written later. To be called once. A record may be shown more
   * than once, or, if too much is read at the same time, not at all: {@link #each} shows it later.
   *
   * @param look as of {@link #each}
   */
  public void watch(BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    watch = look;
    each(look);
  }

  /**
   * As {@link #each}, with its writes that are not in the store yet. Completes for what it has now.
   */
  public CompletableFuture<@Nullable Void> every(
      BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    return TableScan.all(owned.values(), partition -> scan(partition, look).beginWithUnseen());
  }

  /**
   * Shows the key of each record of this node's partitions once, with its writes that are not in
   * the store yet, as soon as all that was written before their takeover is there. Completes with
   * the numbers of these partitions; fails with {@link NotOwnedException} if one of them went
   * elsewhere meanwhile: not all of it was shown.
   *
   * @param look called by several threads
   */
  public CompletableFuture<NavigableSet<Integer>> keys(Consumer<DeviceKey> look) {
    return KeyScan.all(name, owned, readers, reads, this::ownership, look);
  }

  private TableScan<V> scan(
      TablePartition<V> partition, BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    return new TableScan<>(partition, readers, reads, ofIts(partition, look));
  }

  private BiConsumer<DeviceKey, Supplier<Optional<V>>> ofIts(
      TablePartition<V> partition, BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    return TableScan.ofIts(partition, this::ownership, look);
  }

  /**
   * Returns an object that identifies this node's current ownership of the device's partition:
   * another one after each take-over, null if the partition is not this node's. A write that
   * follows from an earlier read can be limited to it, since another node may have owned the
   * partition in between.
   */
  public @Nullable Object ownership(DeviceId device) {
    return owned.get(Partitioning.partition(device.key(), count));
  }

  /** Writes a record. Completes, on the producer's thread, when the log has it. */
  public CompletableFuture<@Nullable Void> put(DeviceKey key, V value) {
    return put(key, value, ownership(key.device()));
  }

  /** The same, but fails with {@link NotOwnedException} if the ownership is another one by now. */
  public CompletableFuture<@Nullable Void> put(DeviceKey key, V value, @Nullable Object ownership) {
    return write(key, value, ownership);
  }

  /** Removes a record. Completes, on the producer's thread, when the log has the tombstone. */
  public CompletableFuture<@Nullable Void> remove(DeviceKey key) {
    return remove(key, ownership(key.device()));
  }

  /** The same, but fails with {@link NotOwnedException} if the ownership is another one by now. */
  public CompletableFuture<@Nullable Void> remove(DeviceKey key, @Nullable Object ownership) {
    return write(key, null, ownership);
  }

  private CompletableFuture<@Nullable Void> write(
      DeviceKey key, @Nullable V value, @Nullable Object ownership) {
    int number = Partitioning.partition(key.device().key(), count);
    @Nullable TablePartition<V> partition = owned.get(number);
    if (partition == null || !partition.equals(ownership)) {
      return CompletableFuture.failedFuture(new NotOwnedException(name, number));
    }
    if (partition.unseenCount() >= MOST_UNSEEN) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(name + "-" + number + ": too much at once"));
    }
    byte[] bytes = key.bytes();
    WriteId id = nextId();
    if (!partition.beginWrite(Bytes.wrap(bytes), new Unseen<>(id, value))) {
      return CompletableFuture.failedFuture(new NotOwnedException(name, number));
    }
    CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
    log.write(
        new LogWrite(
            topic,
            number,
            bytes,
            value == null ? null : new LogWrite.Value.Avro(value),
            List.of(id.header()),
            () -> {
              if (partition.hasWritten()) {
                stored.complete(null);
              } else {
                stored.completeExceptionally(new NotOwnedException(name, number));
              }
            },
            why -> {
              partition.hasWritten();
              partition.seen(Bytes.wrap(bytes), id);
              stored.completeExceptionally(
                  new IllegalStateException(name + "-" + number + ": refused: " + why));
            }));
    return stored;
  }

  private CompletableFuture<TablePartition<V>> current(DeviceId device) {
    int number = Partitioning.partition(device.key(), count);
    @Nullable TablePartition<V> partition = owned.get(number);
    return partition == null
        ? CompletableFuture.failedFuture(new NotOwnedException(name, number))
        : partition.current();
  }

  /** The number of records that are written and have not been read back yet. */
  public int unseen() {
    return owned.values().stream().mapToInt(TablePartition::unseenCount).sum();
  }

  /** Returns how often this node has had all records of another partition. */
  public long takeovers() {
    return takeovers.get();
  }

  private WriteId nextId() {
    return new WriteId(process, writes.incrementAndGet());
  }

  // ---- For the processor of a partition, on its stream thread ----------------------------------

  TablePartition<V> acquired(int number, ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    WriteId fence = nextId();
    TablePartition<V> partition = new TablePartition<>(store, fence);
    owned.put(number, partition);
    log.write(
        new LogWrite(topic, number, fence.fenceKey(), null, List.of(fence.header()), () -> {}));
    @Nullable BiConsumer<DeviceKey, Supplier<Optional<V>>> look = watch;
    if (look != null) {
      partition.current().thenAccept(current -> scan(current, look).begin());
    }
    partition.current().thenRun(takeovers::incrementAndGet);
    return partition;
  }

  /** A record is in the store. */
  void stored(TablePartition<V> partition, Bytes key) {
    @Nullable BiConsumer<DeviceKey, Supplier<Optional<V>>> look = watch;
    if (look != null) {
      readers.read(() -> {
        reads.show(partition, key, ofIts(partition, look));
        return true;
      });
    }
  }

  /**
   * Rewrites what is kept, a record or that there is none, although another record followed it in
   * the log.
   */
  void writeAgain(int number, TablePartition<V> partition, byte[] key, byte @Nullable [] kept) {
    LogWrite.@Nullable Value value = kept == null ? null : new LogWrite.Value.Raw(kept);
    List<Header> headers = List.of(nextId().header());
    partition.unlessUnseen(
        Bytes.wrap(key),
        null,
        () -> log.write(new LogWrite(topic, number, key, value, headers, () -> {})));
  }

  /** Writes a record behind another one that is about to be in the store. */
  void writeBehind(int number, TablePartition<V> partition, Bytes key, V value) {
    WriteId id = nextId();
    partition.unlessUnseen(
        key,
        new Unseen<>(id, value),
        () ->
            log.write(
                new LogWrite(
                    topic,
                    number,
                    key.get(),
                    new LogWrite.Value.Avro(value),
                    List.of(id.header()),
                    () -> {},
                    why -> partition.seen(key, id))));
  }

  void lost(int number, TablePartition<V> partition) {
    if (owned.remove(number, partition)) {
      partition.lost(new NotOwnedException(name, number), LET_GO);
    }
  }
}
