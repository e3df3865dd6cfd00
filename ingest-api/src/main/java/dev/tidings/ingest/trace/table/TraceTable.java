package dev.tidings.ingest.trace.table;

import dev.tidings.ingest.trace.index.HistoryIndex;
import dev.tidings.ingest.trace.index.IndexTime;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.topic.UniqueId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.kafka.ChangelogEnds;
import dev.tidings.service.kafka.RestoreProgress;
import dev.tidings.service.kafka.TableClients;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.client.StreamsRebalances;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import dev.tidings.service.kafka.tables.TableStreams;
import dev.tidings.service.kafka.tables.TableTopics;
import dev.tidings.service.rocks.DamagedTableException;
import dev.tidings.service.rocks.RocksMemory;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.HostInfo;
import org.jspecify.annotations.Nullable;

/**
 * This node's part of the table over {@code receipts}: Kafka Streams keeps it in RocksDB, with the
 * topic itself as its changelog (KIP-813), and knows which node has which part. Thread-safe.
 */
public final class TraceTable implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final TableStreams runs;
  private final HostInfo self;
  private final Positions positions;
  private final RocksMemory memory;
  private final EndWriter ends;
  private final StreamsUncaughtExceptionHandler failures;
  private final AtomicBoolean damaged = new AtomicBoolean();

  private TraceTable(
      TableStreams runs,
      HostInfo self,
      Positions positions,
      RocksMemory memory,
      EndWriter ends,
      StreamsUncaughtExceptionHandler failures) {
    this.ends = ends;
    this.failures = failures;
    this.runs = runs;
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
   * @param history whether the index of the history is kept
   * @param registry returns the schemas of receipts
   * @param memory its off-heap memory, which the table closes
   * @param failures decides what to do when its thread dies, or it is found damaged
   * @param topics what is known of the topic
   * @param damaged learns which partitions are not read because a batch is damaged
   * @param fatal receives a failure after which the table cannot be made anew
   */
  public static TraceTable start(
      KafkaClients clients,
      TopicNames names,
      HostInfo self,
      Path state,
      Duration retention,
      boolean history,
      RegistryClient registry,
      RocksMemory memory,
      StreamsUncaughtExceptionHandler failures,
      TableTopics topics,
      DamagedPartitions damaged,
      MeterRegistry metrics,
      Consumer<Throwable> fatal) {
    Positions positions = new Positions();
    String receipts = names.of(LogTopics.RECEIPTS);
    EndWriter ends = EndWriter.of(clients, receipts);
    Optional<IndexTime> indexTime =
        history ? Optional.of(new IndexTime(System::nanoTime)) : Optional.empty();
    RestoreProgress progress = new RestoreProgress();
    ChangelogEnds changelogEnds =
        new ChangelogEnds(() -> progress.underWay().isPresent(), System::nanoTime);
    StreamsRebalances rebalances = new StreamsRebalances(metrics);
    TableStreams runs =
        new TableStreams(
            () -> {
              KafkaStreams streams =
                  new KafkaStreams(
                      TraceTopology.topology(
                          receipts, positions, retention, registry, ends, indexTime),
                      TraceTopology.settings(
                              clients, names.group(ConsumerGroups.TRACES), self, state, memory)
                          .toProperties(),
                      new TableClients(changelogEnds, damaged));
              streams.setStateListener(rebalances);
              streams.setGlobalStateRestoreListener(progress);
              streams.setUncaughtExceptionHandler(failures);
              return streams;
            },
            topics,
            history
                ? Map.of(TraceTopology.STORE, receipts, TraceTopology.INDEX, receipts)
                : Map.of(TraceTopology.STORE, receipts),
            metrics,
            fatal);
    runs.start();
    return new TraceTable(runs, self, positions, memory, ends, failures);
  }

  /** Returns the node that has the receipts of a notification. */
  public ReceiptsOwner owner(NotificationId id) {
    return owner(partitions -> Partitioning.partition(id.key(), partitions));
  }

  /** Returns the node that has the receipts of a notification to one token. */
  public ReceiptsOwner owner(UniqueId unique) {
    return owner(unique::partition);
  }

  /** Returns the node that has each partition, in their order; empty if that is not known. */
  public List<ReceiptsOwner> owners() {
    AtomicInteger partitions = new AtomicInteger();
    IntUnaryOperator first =
        all -> {
          partitions.set(all);
          return 0;
        };
    return owner(first) instanceof ReceiptsOwner.Nobody
        ? List.of()
        : IntStream.range(0, partitions.get()).mapToObj(each -> owner(_ -> each)).toList();
  }

  private ReceiptsOwner owner(IntUnaryOperator partitionOf) {
    return owner(runs.current(), self, partitionOf);
  }

  static ReceiptsOwner owner(KafkaStreams streams, HostInfo self, IntUnaryOperator partitionOf) {
    if (!streams.state().isRunningOrRebalancing()) {
      return new ReceiptsOwner.Nobody();
    }
    StreamPartitioner<String, Object> partitioner =
        (topic, key, value, partitions) -> Optional.of(Set.of(partitionOf.applyAsInt(partitions)));
    @Nullable KeyQueryMetadata found =
        streams.queryMetadataForKey(TraceTopology.STORE, "", partitioner);
    if (found == null || found.equals(KeyQueryMetadata.NOT_AVAILABLE)) {
      return new ReceiptsOwner.Nobody();
    }
    return found.activeHost().equals(self)
        ? new ReceiptsOwner.Here(found.partition())
        : new ReceiptsOwner.There(found.activeHost());
  }

  /**
   * Returns a page of the receipts of an id.
   *
   * @param fromMark the mark at which the page begins; null for the first page
   */
  public Lookup find(NotificationId id, @Nullable String fromMark, int partition) {
    return query(part -> find(part, id, fromMark), partition);
  }

  static Lookup find(ReceiptScan.Part part, NotificationId id, @Nullable String fromMark) {
    ReceiptScan.Page page =
        new ReceiptScan(
                part,
                Bytes.wrap(ReceiptKey.first(id, fromMark)),
                Bytes.wrap(ReceiptKey.last(id)),
                key -> true)
            .read();
    // What a cut page has is not all of the id.
    return page.cut() ? new Lookup.TooMuch() : found(part, page);
  }

  /**
   * Returns the receipt with a key, or none.
   *
   * @param partition that of the key
   */
  public Lookup receipt(ReceiptKey key, int partition) {
    try {
      byte[] value = new ServedPart(runs.current(), partition).get(Bytes.wrap(key.bytes()));
      return new Lookup.Found(value == null ? List.of() : List.of(new Kept(key, value)), null);
    } catch (ServedPart.NotServedException e) {
      return new Lookup.NotServing(e.why());
    } catch (InvalidStateStoreException e) {
      return new Lookup.NotServing("the trace table's partition is being moved");
    }
  }

  /** Returns what looks many keys up in a row. */
  public TableGlance glance() {
    return new TableGlance(runs.current(), self);
  }

  /** Returns the receipts of a notification to one token. */
  public Lookup find(UniqueId unique, int partition) {
    return query(part -> find(part, unique), partition);
  }

  static Lookup find(ReceiptScan.Part part, UniqueId unique) {
    ReceiptScan.Page page =
        new ReceiptScan(
                part,
                Bytes.wrap(unique.keyPrefix().getBytes(StandardCharsets.US_ASCII)),
                Bytes.wrap((unique.keyPrefix() + '~').getBytes(StandardCharsets.US_ASCII)),
                key -> UniqueId.of(key).equals(unique))
            .read();
    return page.cut() && page.receipts().isEmpty() ? new Lookup.TooMuch() : found(part, page);
  }

  private static Lookup found(ReceiptScan.Part part, ReceiptScan.Page page) {
    List<Kept> all = new ArrayList<>(page.receipts());
    all.addAll(new ReportScan(part).beside(page.receipts()));
    return new Lookup.Found(all, page.next());
  }

  private Lookup query(Function<ReceiptScan.Part, Lookup> reading, int partition) {
    try {
      return reading.apply(new ServedPart(runs.current(), partition));
    } catch (ServedPart.NotServedException e) {
      return new Lookup.NotServing(e.why());
    } catch (InvalidStateStoreException e) {
      return new Lookup.NotServing("the trace table's partition is being moved");
    } catch (DamagedTableException e) {
      damaged(e);
      return new Lookup.NotServing("the trace table is damaged, and restored");
    }
  }

  private void damaged(DamagedTableException e) {
    if (!damaged.getAndSet(true)) {
      failures.handle(e);
    }
  }

  /** Returns the index of the history, of which this node has the same parts. */
  public HistoryIndex history() {
    return new HistoryIndex(runs::current, TraceTopology.INDEX, this::damaged);
  }

  /** A topic was deleted and created again: if it is the table's, that is made anew. */
  public void topicRecreated(String topic) {
    runs.recreated(topic);
  }

  /** Returns whether the table follows the topic; false while partitions are moved or restored. */
  public boolean isRunning() {
    return runs.current().state() == KafkaStreams.State.RUNNING;
  }

  /** Returns the position of this node in a partition of {@code receipts}, as far as known. */
  public long position(int partition) {
    return positions.next(partition);
  }

  @Override
  public void close() {
    // Without leaving the group, the partitions would be unavailable for the whole session timeout.
    runs.close(CloseOptions.GroupMembershipOperation.LEAVE_GROUP, CLOSE_TIMEOUT);
    ends.close();
    memory.close();
  }
}
