package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Fence;
import dev.tidings.node.inbox.InboxListener;
import dev.tidings.node.inbox.InboxTopology;
import dev.tidings.node.inbox.Ownership;
import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.log.ReaderRules;
import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.decode.DeliveryDeserializer;
import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.life.LogState;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterLimits;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.NotReadYet;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.replay.Slice;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Receipts;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.awaitility.Awaitility;

/**
 * One partition with a real store behind it. What it writes to {@code inbox} comes back through the
 * store's topology when the test lets it: {@link #settle}. Several of them, one after the other,
 * may own the partition of one log, and each may crash at any of its writes.
 */
final class PartitionHarness implements AutoCloseable {
  static final Duration PARK_AFTER = Duration.ofSeconds(10);

  /** So many records may wait to be written. */
  static final int FULL = 1_000;

  static final int NEVER = Integer.MAX_VALUE;

  /**
   * How long a test waits for what has to come: long enough for a machine that is busy elsewhere.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static final DeliveryRules RULES =
      new DeliveryRules(PARK_AFTER, Duration.ofMillis(10), 1_000, 1 << 20, 64, 1_000);

  private final FakeReplays replays = new FakeReplays(this::found);
  private final FakeLog durable;
  private final boolean ownsLog;
  private final AtomicInteger stepsLeft;
  private final AtomicInteger readsToFail = new AtomicInteger();
  private final AtomicInteger looked = new AtomicInteger();
  private final CrashingProducer producer = new CrashingProducer();
  private final LogWriter log;
  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final ParkedReader reader;
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private final Set<String> notOwn = ConcurrentHashMap.newKeySet();
  private final Set<String> erased = ConcurrentHashMap.newKeySet();
  private final CollapseKeys collapseKeys = new CollapseKeys(Set.of("com.example.latest"));
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> inbox;
  private final DeliveryRules rules;
  private final DeliveryPartition partition;
  private volatile String failing = "";
  private volatile boolean failsCommits;
  private ParkedStore store;
  private InboxListener news = new Deaf();
  private int fed;
  private int fedDeliveries;
  private Life life = Life.first(Uuid.ZERO_UUID);
  private int lifeBegan;
  private int weight = 100;
  private volatile long clockIsWrongBy;
  private volatile Predicate<ProducerRecord<byte[], byte[]>> tooLarge = record -> false;
  private volatile Predicate<ProducerRecord<byte[], byte[]>> held = record -> false;
  private final Queue<Held> sends = new ConcurrentLinkedQueue<>();

  private record Held(ProducerRecord<byte[], byte[]> record, Callback callback) {}

  /** Whether the node is alive is asked at each thing it does for good. */
  private final class CrashingProducer extends MockProducer<byte[], byte[]> {
    CrashingProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (!survives()) {
        return new CompletableFuture<>();
      }
      if (held.test(record)) {
        sends.add(new Held(record, callback));
        return new CompletableFuture<>();
      }
      return answer(record, callback);
    }

    private Future<RecordMetadata> answer(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (tooLarge.test(record)) {
        callback.onCompletion(null, new RecordTooLargeException("for the test"));
        return new CompletableFuture<>();
      }
      return append(record, callback);
    }

    private Future<RecordMetadata> append(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      durable.append(record);
      return super.send(record, callback);
    }
  }

  /** The store of a standby: it keeps up, and nobody is told. */
  private static final class Deaf implements InboxListener {
    @Override
    public void stored(
        DeviceId device, long sequence, ParkedHeader parkedHeader, ParkedHeader before) {}

    @Override
    public void removed(DeviceId device, long sequence, ParkedHeader removed) {}

    @Override
    public void lives(Life life) {}

    @Override
    public void fencePassed(byte[] fence) {}

    @Override
    public boolean hasFailed() {
      return false;
    }
  }

  /** Hears what the topology has to say, on behalf of whoever owns the partition. */
  private final class Standby implements Ownership, InboxListener {
    @Override
    public InboxListener acquired(int number, ParkedStore restored, ParkedIndex index) {
      store = restored;
      return this;
    }

    @Override
    public void lost(int number) {}

    @Override
    public void stored(
        DeviceId device, long sequence, ParkedHeader parkedHeader, ParkedHeader before) {
      news.stored(device, sequence, parkedHeader, before);
    }

    @Override
    public void removed(DeviceId device, long sequence, ParkedHeader removed) {
      news.removed(device, sequence, removed);
    }

    @Override
    public void lives(Life life) {
      news.lives(life);
    }

    @Override
    public void fencePassed(byte[] fence) {
      news.fencePassed(fence);
    }

    /** It is the test that has the partition taken over again. */
    @Override
    public boolean hasFailed() {
      return false;
    }
  }

  PartitionHarness(Path directory) {
    this(directory, RULES);
  }

  PartitionHarness(Path directory, DeliveryRules rules) {
    this(directory, new FakeLog(), rules, NEVER, true, Set.of());
  }

  /**
   * Takes over what is in the log.
   *
   * @param steps after how many writes and commits the node crashes: it does nothing for good any
   *     more, and does not know
   */
  PartitionHarness(Path directory, FakeLog durable, DeliveryRules rules, int steps) {
    this(directory, durable, rules, steps, false, Set.of());
  }

  PartitionHarness(
      Path directory,
      FakeLog durable,
      DeliveryRules rules,
      int steps,
      boolean ownsLog,
      Set<String> revoked) {
    this(directory, durable, rules, steps, ownsLog, revoked, false);
  }

  private PartitionHarness(
      Path directory,
      FakeLog durable,
      DeliveryRules rules,
      int steps,
      boolean ownsLog,
      Set<String> revoked,
      boolean lateStore) {
    this.durable = durable;
    this.rules = rules;
    this.ownsLog = ownsLog;
    this.revoked.addAll(revoked);
    this.stepsLeft = new AtomicInteger(steps);
    log =
        new LogWriter(
            () -> producer,
            TopicNames.PLAIN,
            new AvroSerializer<>(durable.registry()),
            new WriterMeters(new SimpleMeterRegistry()),
            failure -> {
              throw new AssertionError(failure);
            },
            new WriterLimits(FULL, 1 << 30, 1L << 34, Duration.ofSeconds(10)));
    log.start();
    reader =
        new ParkedReader(
            1,
            () -> new DeliveryDeserializer(durable.readers()),
            (device, app, token) -> {
              looked.incrementAndGet();
              if (readsToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new IllegalStateException("told to fail");
              }
              return this.revoked.contains(token);
            },
            new NotReadYet(new SimpleMeterRegistry(), System::nanoTime),
            failure -> {});
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "inbox-test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver =
        new TopologyTestDriver(
            InboxTopology.of(
                "tidings.inbox",
                new Standby(),
                this::labels,
                (device, app, token) -> this.revoked.contains(token)),
            config);
    inbox =
        driver.createInputTopic(
            LogTopics.INBOX.name(), new ByteArraySerializer(), new ByteArraySerializer());
    if (!lateStore) {
      feedInbox();
    }
    partition = takeOver();
    news = partition.updates();
    if (!lateStore) {
      settle();
    }
  }

  /**
   * Takes over what is in the log before its store has caught up: what the owner before has written
   * comes when the test lets it.
   */
  static PartitionHarness withLateStore(Path directory, FakeLog durable) {
    return new PartitionHarness(directory, durable, RULES, NEVER, false, Set.of(), true);
  }

  private ParkedHeaderReader labels() {
    return new ParkedHeaderReader(durable.readers(), collapseKeys);
  }

  private DeliveryPartition takeOver() {
    byte[] fence = Fence.create();
    InstantSource clock = () -> Instant.ofEpochMilli(durable.now().get() + clockIsWrongBy);
    PartitionServices partitionServices =
        new PartitionServices(
            rules,
            log,
            new Receipts(log, clock, "node-under-test"),
            new DeadLetters(log, new SimpleMeterRegistry()),
            reader,
            new DropPolicy(collapseKeys, (device, token) -> isRevoked(token), erased::contains),
            new DeliveryMeters(new SimpleMeterRegistry()),
            replays,
            durable.now()::get);
    DeliveryPartition owner =
        new DeliveryPartition(
            0,
            loop,
            partitionServices,
            store,
            store.index(labels(), (device, app, token) -> revoked.contains(token)),
            fence,
            () -> {},
            (sink, point) -> {
              if (failsCommits) {
                throw new IllegalStateException("for the test");
              }
              if (survives()) {
                durable.commit(point);
              }
            });
    log.write(LogWrite.tombstone(LogTopics.INBOX, fence, () -> {}).inPartition(0));
    owner.entries().beginsAt(Life.first(Uuid.ZERO_UUID), durable.committed());
    fedDeliveries = (int) Math.max(0, durable.committed().low() - rules.duplicateWindow());
    return owner;
  }

  /** Nothing is read. */
  private static final class NoAnswers implements LogLookup {
    @Override
    public CompletionStage<Uuid> of(String topic) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Optional<Commit>> committed(TopicPartition partition) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<LogState> state(TopicPartition partition) {
      return new CompletableFuture<>();
    }
  }

  /** A node that takes over the same store. */
  Partitions node(EventLoopGroup loops) {
    DeadLetters deadLetters = new DeadLetters(log, new SimpleMeterRegistry());
    DeliveryReader deliveries =
        new DeliveryReader(
            () -> new MockConsumer<>("none"),
            LogTopics.DELIVERIES.name(),
            new NoAnswers(),
            new DeliveryDecoder(new DeliveryDeserializer(durable.readers()), durable.now()::get),
            deadLetters,
            new ReaderRules(
                1 << 20, 1 << 20, 0, Duration.ofSeconds(6), Duration.ofSeconds(10), false),
            log::isFull,
            new ReaderMeters(new SimpleMeterRegistry()),
            failure -> {});
    Partitions node =
        new Partitions(
            1,
            loops,
            rules,
            log,
            deliveries,
            reader,
            deadLetters,
            collapseKeys,
            (device, token) -> revoked.contains(token),
            erased::contains,
            new DeliveryMeters(new SimpleMeterRegistry()),
            replays,
            () -> Instant.ofEpochMilli(durable.now().get()),
            durable.now()::get,
            "node-under-test");
    acquire(node);
    return node;
  }

  void acquire(Partitions node) {
    node.acquired(0, store, store.index(labels(), (device, app, token) -> false));
  }

  private boolean isRevoked(String token) {
    if (token.equals(failing)) {
      throw new IllegalStateException("for the test");
    }
    return revoked.contains(token);
  }

  /** Whoever is to commit fails from now on. */
  void failCommits() {
    failsCommits = true;
  }

  /** Whatever has to do with this token fails from now on. */
  void failFor(String token) {
    failing = token;
  }

  private boolean survives() {
    return stepsLeft.getAndUpdate(left -> left == NEVER ? left : Math.max(0, left - 1)) > 0;
  }

  /** Whether the node has crashed. */
  boolean isDead() {
    return stepsLeft.get() == 0;
  }

  DeliveryPartition partition() {
    return partition;
  }

  /** Whether so much waits to be written that nothing more is to be read. */
  boolean logIsFull() {
    return log.isFull();
  }

  Phone connect(String device, int credit) {
    return connect(device, credit, "tidings/#");
  }

  /** A device that subscribes to these when it is connected. */
  Phone connect(String device, int credit, String... filters) {
    Phone phone = new Phone(Subscriptions.of(List.of(filters)));
    partition.sessions().attach(new DeviceId(device), phone, credit);
    loop.submit(() -> {}).syncUninterruptibly();
    return phone;
  }

  /** A device whose end the test has made. */
  void connect(String device, Phone phone) {
    partition.sessions().attach(new DeviceId(device), phone, 10);
    loop.submit(() -> {}).syncUninterruptibly();
  }

  /** Does this on the partition's event loop, so that nothing else happens there meanwhile. */
  void atOnce(Runnable events) {
    loop.submit(events).syncUninterruptibly();
  }

  /** So many of the next reads of parked entries fail. */
  void failReads(int count) {
    readsToFail.set(count);
  }

  /** How often it was looked up whether a token is revoked: once for a token and a page. */
  int looked() {
    return looked.get();
  }

  void erase(String token) {
    revoked.add(token);
    erased.add(token);
  }

  void revoke(String token) {
    revoked.add(token);
  }

  /** A revocation that was forgotten: only what is kept of the device says so. */
  void revokedLongAgo(String token) {
    notOwn.add(token);
  }

  void forgetRevocations() {
    revoked.clear();
  }

  void advance(Duration time) {
    durable.now().addAndGet(time.toMillis());
  }

  /** Sets the host's clock; time itself goes on as before. */
  void setClock(Duration by) {
    clockIsWrongBy = by.toMillis();
  }

  long now() {
    return durable.now().get();
  }

  String arrive(String device) {
    return arrive(device, delivery -> {});
  }

  /** So many arrive, each confirmed by the device before the next. Returns their ids. */
  List<String> arriveConfirmed(Phone phone, String device, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(arrive(device));
      settle();
      phone.confirmAll();
      settle();
    }
    return ids;
  }

  String arrive(String device, Long expiration) {
    return arrive(device, delivery -> delivery.setExpiration(expiration));
  }

  /** The next record of the log, changed before it is written. */
  String arrive(String device, Consumer<Delivery.Builder> change) {
    Delivery delivery = durable.deliver(device, change);
    feedDeliveries();
    return delivery.getId();
  }

  /** One for each device, read at once. */
  List<String> arriveTogether(String... devices) {
    List<String> ids = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    for (String device : devices) {
      Delivery delivery = durable.deliver(device, one -> {});
      ids.add(delivery.getId());
      entries.add(
          new Entry(sequence(), new DeviceId(device), delivery, weight, durable.now().get()));
      fedDeliveries++;
    }
    partition.entries().arrived(entries, sequence());
    return ids;
  }

  /** What each entry weighs from now on. */
  void weigh(int bytes) {
    weight = bytes;
  }

  /** Lets the log refuse records as too large. */
  void refuse(Predicate<ProducerRecord<byte[], byte[]>> which) {
    tooLarge = which;
  }

  /** Has the log neither take nor refuse records, until they are let go. */
  void hold(Predicate<ProducerRecord<byte[], byte[]>> which) {
    held = which;
  }

  boolean isHolding() {
    return !sends.isEmpty();
  }

  void letGo() {
    letGo(record -> true);
  }

  void letGo(Predicate<ProducerRecord<byte[], byte[]>> which) {
    held = held.and(which.negate());
    for (Held send : sends) {
      if (which.test(send.record())) {
        sends.remove(send);
        producer.answer(send.record(), send.callback());
      }
    }
  }

  /** What the log has for a device from an offset on. */
  private List<Slice.Found> found(Slice.Wanted wanted) {
    List<Slice.Found> found = new ArrayList<>();
    List<FakeLog.Delivered> all = durable.deliveries();
    for (int i = 0; i < all.size(); i++) {
      DeviceId device = all.get(i).device();
      if ((wanted.device() == null || wanted.device().equals(device))
          && wanted.span().isOf(all.get(i).delivery().getApp())) {
        found.add(
            new Slice.Found(
                i,
                device,
                all.get(i).delivery(),
                !notOwn.contains(all.get(i).delivery().getToken())));
      }
    }
    return found;
  }

  FakeReplays replays() {
    return replays;
  }

  /** Hands over what the log has and the partition has not read. */
  void feedDeliveries() {
    List<FakeLog.Delivered> all = durable.deliveries();
    while (fedDeliveries < all.size()) {
      FakeLog.Delivered next = all.get(fedDeliveries);
      Entry entry =
          new Entry(sequence(), next.device(), next.delivery(), weight, durable.now().get());
      fedDeliveries++;
      partition.entries().arrived(List.of(entry), sequence());
    }
  }

  private long sequence() {
    return life.sequence(fedDeliveries - lifeBegan);
  }

  /** The log is made anew: what comes from now on has offsets from 0 on. */
  void begins(Life next) {
    life = next;
    lifeBegan = fedDeliveries;
    partition.entries().beginsAt(next, new CommitPoint(next.sequence(0), new BitSet()));
  }

  /** A record nobody can read; what is returned ends once its dead letter is in the log. */
  Entry arriveUnreadable() {
    durable.deliver("nobody", delivery -> {});
    Entry entry = Entry.unreadable(fedDeliveries++, 100, durable.now().get());
    partition.entries().arrived(List.of(entry), fedDeliveries);
    return entry;
  }

  void park(byte[] key, byte[] value) {
    inbox.pipeInput(key, value);
  }

  /** One without a time. */
  void parkTimeless(byte[] key, byte[] value) {
    inbox.pipeInput(new TestRecord<>(key, value, new RecordHeaders(), Instant.ofEpochMilli(-1)));
  }

  /** As a restoration does: nobody looks at what it is. */
  void restore(byte[] key, byte[] value) {
    KeyValueStore<Bytes, byte[]> restored = driver.getKeyValueStore("inbox");
    restored.put(Bytes.wrap(key), value);
  }

  /** Lets everything that was written come back, until nothing moves. */
  void settle() {
    int before;
    do {
      before = durable.written().size();
      pump();
    } while (durable.written().size() != before || fed < durable.written().size());
  }

  /** One round: what was written so far to the inbox goes through the store. */
  void pump() {
    try {
      loop.submit(() -> {}).get();
      Awaitility.await()
          .atMost(PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> isDead() || log.pending() == sends.size());
      feedInbox();
      loop.submit(() -> {}).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Everything is written that is to be; nothing of it has come back. */
  void awaitWritten() {
    loop.submit(() -> {}).syncUninterruptibly();
    Awaitility.await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> log.pending() == 0);
    loop.submit(() -> {}).syncUninterruptibly();
  }

  private void feedInbox() {
    while (feedOne()) {}
  }

  /** Lets the next record of the log come back, if there is one. */
  boolean feedOne() {
    List<ProducerRecord<byte[], byte[]>> written = durable.written();
    if (fed >= written.size()) {
      return false;
    }
    ProducerRecord<byte[], byte[]> record = written.get(fed++);
    if (record.topic().equals(LogTopics.INBOX.name())) {
      inbox.pipeInput(record.key(), record.value());
    }
    return true;
  }

  /** Lets the partition tick once. */
  void pause() {
    try {
      loop.schedule(() -> {}, rules.commitInterval().toMillis() + 1, TimeUnit.MILLISECONDS).get();
      loop.submit(() -> {}).get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  void until(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> {
          settle();
          return condition.call();
        });
  }

  List<ProducerRecord<byte[], byte[]>> written() {
    return durable.written();
  }

  /** The last receipt of a notification; null while there is none. */
  Receipt receipt(String id) {
    return durable.receipt(id);
  }

  /** The low watermark as last committed. */
  long low() {
    return durable.committed().low();
  }

  byte[] serialized(Delivery delivery) {
    return durable.serialized(delivery);
  }

  @Override
  public void close() {
    driver.close();
    log.close(Duration.ofMillis(isDead() ? 1 : 5_000));
    reader.close();
    loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    if (ownsLog) {
      durable.close();
    }
  }
}
