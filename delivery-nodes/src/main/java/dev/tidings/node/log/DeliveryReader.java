package dev.tidings.node.log;

import dev.tidings.node.log.DeliveryDecoder.Decoded.Unreadable;
import dev.tidings.node.log.DeliveryDecoder.Decoded.Valid;
import dev.tidings.node.log.life.Commit;
import dev.tidings.node.log.life.LogOffsets;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.service.health.Health;
import dev.tidings.service.kafka.TopicIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the {@code deliveries} partitions this node owns, from one thread, with manual assignment
 * and commits under a fixed group. A partition with a full window is paused alone, and an
 * unreadable partition is suspended alone. The class is longer than most because all access to the
 * consumer is here, on its thread.
 */
public final class DeliveryReader implements AutoCloseable {
  /** The consumer group of the commits. It has no members: Kafka Streams assigns the partitions. */
  public static final String GROUP = "tidings-delivery-nodes";

  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long RETRY_MILLIS = 500;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
  private static final long DAMAGED_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int TRIES_BEFORE_PASSING_OVER = 3;

  /** Interval between checks of the topic's identity and its end offsets. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Time given to the stream thread to learn that its partitions were reassigned. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private final ReaderConsumer consumer;
  private final String topic;
  private final LogOffsets offsets;
  private final TopicIds topicIds;
  private final DeliveryDecoder decoder;
  private final DeadLetters deadLetters;
  private final ReaderRules rules;
  private final ReaderMeters meters;
  private final Consumer<Throwable> fatal;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("delivery-reader").unstarted(this::run);

  /** The latest assignment of each partition: the newest wins, however long its start takes. */
  private final Map<TopicPartition, DeliverySink> wanted = new ConcurrentHashMap<>();

  private volatile boolean holding;
  private volatile boolean groupSilent;
  private volatile boolean closing;
  private volatile String trouble = "";

  // Confined to the thread.
  private final Map<TopicPartition, OwnedPartition> owned = new HashMap<>();
  private final Map<TopicPartition, Long> beginning = new HashMap<>();
  private final Commits commits;
  private final Proof proof = new Proof();
  private final StallDetector stallDetector;
  private boolean doubtful;
  private boolean stoodStill;
  private long lookedAt = System.nanoTime();

  /**
   * @param open opens a consumer: the first, and another each time the topic has been made anew
   * @param topic the name of {@code deliveries}
   * @param fatal called with the reason if reading has ended for good: the process has to exit
   */
  public DeliveryReader(
      Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> open,
      String topic,
      TopicIds topicIds,
      DeliveryDecoder decoder,
      DeadLetters deadLetters,
      ReaderRules rules,
      ReaderMeters meters,
      Consumer<Throwable> fatal) {
    this.consumer = new ReaderConsumer(open);
    this.topic = topic;
    this.offsets = new LogOffsets(consumer, topicIds);
    this.topicIds = topicIds;
    this.decoder = decoder;
    this.deadLetters = deadLetters;
    this.rules = rules;
    this.meters = meters;
    this.fatal = fatal;
    this.commits = new Commits(consumer, rules.renewal(), meters);
    this.stallDetector =
        new StallDetector(rules.sessionTimeout().dividedBy(2), SETTLING, System.nanoTime());
  }

  public void start() {
    thread.start();
  }

  /** Starts to read a partition at its last commit. */
  public void assign(int partition, DeliverySink sink) {
    wanted.put(topicPartition(partition), sink);
    command(() -> begin(topicPartition(partition)));
  }

  /** Stops reading; commit points can still be committed. Thread-safe, never blocks. */
  public void hold() {
    holding = true;
  }

  /**
   * Sets whether the ownership of the partitions is in doubt: while it is, nothing is read or
   * committed. Thread-safe, never blocks.
   */
  public void doubt(boolean now) {
    groupSilent = now;
  }

  /** Stores the newest commit point; it is committed shortly. Thread-safe, never blocks. */
  public void commit(int partition, DeliverySink sink, CommitPoint point) {
    commands.add(() -> {
      @Nullable OwnedPartition reading = owned.get(topicPartition(partition));
      if (reading != null && reading.sink().equals(sink)) {
        reading.resolved(point);
      }
    });
  }

  /**
   * Commits a last time and stops reading the partition; completes when that is done.
   *
   * @param last the last commit point; null if nothing was read
   */
  public CompletableFuture<Void> release(
      int partition, DeliverySink sink, @Nullable CommitPoint last) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    wanted.remove(topicPartition(partition), sink);
    command(() -> end(topicPartition(partition), sink, last, done));
    if (!thread.isAlive()) {
      done.complete(null);
    }
    return done;
  }

  /** Returns healthy while every owned partition is read and commits succeed. */
  public Health health() {
    String now = trouble;
    if (!now.isEmpty()) {
      return Health.unhealthy(now);
    }
    Health reading = proof.health();
    return reading instanceof Health.Unhealthy ? reading : commits.health();
  }

  private TopicPartition topicPartition(int partition) {
    return new TopicPartition(topic, partition);
  }

  private void command(Runnable command) {
    commands.add(command);
    consumer.wakeup();
  }

  private void run() {
    try {
      while (!closing || !commands.isEmpty()) {
        turn();
      }
      consumer.get().close();
    } catch (Throwable e) {
      LOG.error("reading {} has ended", topic, e);
      fatal.accept(e);
    }
  }

  private void turn() {
    try {
      boolean before = stoodStill;
      stoodStill = stallDetector.isDoubtful(System.nanoTime());
      doubtful = stoodStill || groupSilent;
      if (stoodStill && !before) {
        meters.stoodStill();
      }
      obey();
      if (owned.isEmpty() || doubtful) {
        pause(POLL.toMillis());
        return;
      }
      commits.commit(owned.values());
      look();
      assign();
      holdBack();
      if (consumer.get().assignment().isEmpty()) {
        pause(POLL.toMillis());
      } else {
        read();
      }
    } catch (WakeupException e) {
      // Woken up because a command is queued.
    } catch (KafkaException e) {
      failed(e);
    } catch (RuntimeException e) {
      LOG.error("reading {} failed, it is retried", topic, e);
      // Seek back, so that records fetched but not handed over are not skipped.
      for (OwnedPartition reading : owned.values()) {
        if (consumer.get().assignment().contains(reading.partition())) {
          consumer.get().seek(reading.partition(), reading.next());
        }
      }
      pause(RETRY_MILLIS);
    }
  }

  private void read() {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.get().poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      // Handled here, so that a failure of the handling is treated like any other.
      beginAnew(e);
      return;
    }
    proof.recordRead(!records.isEmpty(), System.nanoTime());
    dispatch(records);
  }

  private void obey() {
    @Nullable Runnable command;
    while ((command = commands.poll()) != null) {
      command.run();
    }
    long now = System.nanoTime();
    for (TopicPartition partition : List.copyOf(beginning.keySet())) {
      if (now - beginning.getOrDefault(partition, now) >= 0) {
        begin(partition);
      }
    }
  }

  // ---- The start of reading -------------------------------------------------------------------

  private void begin(TopicPartition partition) {
    beginning.remove(partition);
    @Nullable DeliverySink sink = wanted.get(partition);
    @Nullable OwnedPartition before = owned.get(partition);
    if (sink == null || (before != null && before.sink().equals(sink))) {
      return;
    }
    try {
      @Nullable Commit commit = offsets.committed(partition);
      consumer.get().assign(with(partition));
      LogOffsets.Start start = offsets.begin(partition, commit, sink.life(), sink.highestParked());
      renew(start.beginning().life().topic());
      OwnedPartition reading = new OwnedPartition(partition, sink, start.beginning());
      owned.put(partition, reading);
      consumer.get().assign(assignable());
      proof.begin(System.nanoTime());
      BeginningLog.of(partition, start.beginning(), meters);
      sink.beginsAt(start.beginning().life(), start.beginning().point());
      consumer
          .get()
          .seek(
              partition,
              Math.max(start.first(), start.beginning().offset() - rules.duplicateWindow()));
    } catch (KafkaException e) {
      // The broker is unavailable, or another command is queued, which goes first.
      owned.remove(partition);
      beginning.put(partition, System.nanoTime() + RETRY_NANOS);
      if (e instanceof WakeupException) {
        throw e;
      }
      proof.recordFailure(e, System.nanoTime());
      LOG.warn("{} cannot be started, it is retried: {}", partition, e.toString());
    } catch (RuntimeException e) {
      // The log's answer makes no sense, for example because another program wrote there. The other
      // partitions continue.
      owned.remove(partition);
      beginning.put(partition, System.nanoTime() + RETRY_NANOS);
      proof.recordFailure(new KafkaException(e.toString(), e), System.nanoTime());
      LOG.error("{} cannot be started, it is retried: {}", partition, e.toString());
    }
  }

  /**
   * The log is not the one that was read: continues at the offset where they diverge, or at the
   * start of the log.
   */
  private void beginAnew(OffsetOutOfRangeException e) {
    Map<TopicPartition, OffsetAndMetadata> divergent =
        e instanceof LogTruncationException lost ? lost.divergentOffsets() : Map.of();
    for (TopicPartition partition : e.partitions()) {
      @Nullable OwnedPartition reading = owned.get(partition);
      if (reading != null) {
        beginAnew(
            reading, Optional.ofNullable(divergent.get(partition)).map(OffsetAndMetadata::offset));
      }
    }
  }

  private void beginAnew(OwnedPartition reading, Optional<Long> divergence) {
    TopicPartition partition = reading.partition();
    try {
      LogOffsets.Start start =
          offsets.beginAnew(
              partition,
              reading.life(),
              reading.newest(),
              reading.next(),
              reading.epoch(),
              divergence);
      renew(start.beginning().life().topic());
      if (start.beginning().discontinuity().isPresent()) {
        BeginningLog.of(partition, start.beginning(), meters);
        reading.begin(start.beginning());
        reading.sink().beginsAt(start.beginning().life(), start.beginning().point());
      }
      consumer.get().seek(partition, reading.next());
    } catch (KafkaException e) {
      // The partition must not be read meanwhile: its records may not be the expected ones.
      suspend(reading, RETRY_NANOS, "its offsets can't be looked up: " + e);
      if (e instanceof WakeupException) {
        throw e;
      }
    }
  }

  /**
   * Continues with another consumer if the topic is another. Partitions that still have to begin
   * anew are read no further until they have.
   */
  private void renew(Uuid topicId) {
    if (consumer.renew(topicId)) {
      consumer.get().assign(assignable());
      owned
          .values()
          .forEach(reading -> {
            if (!reading.isSuspended()) {
              consumer.get().seek(reading.partition(), reading.next());
            }
          });
      commands.add(() -> isNow(topicId));
    }
  }

  /** Checks at intervals whether the topic is still the same, and how many records are unread. */
  private void look() {
    long now = System.nanoTime();
    if (now - lookedAt < LOOK_NANOS) {
      return;
    }
    lookedAt = now;
    topicIds
        .of(topic)
        .whenComplete((id, failure) -> {
          if (id != null) {
            command(() -> isNow(id));
          }
        });
    for (OwnedPartition reading : owned.values()) {
      if (consumer.get().assignment().contains(reading.partition())) {
        consumer
            .get()
            .currentLag(reading.partition())
            .ifPresent(records -> meters.lag(reading.number(), records));
      }
    }
  }

  private void isNow(Uuid id) {
    for (OwnedPartition reading : List.copyOf(owned.values())) {
      if (reading.life().isOfAnother(id)) {
        beginAnew(reading, Optional.empty());
      }
    }
  }

  private void end(
      TopicPartition partition,
      DeliverySink sink,
      @Nullable CommitPoint last,
      CompletableFuture<Void> done) {
    try {
      @Nullable OwnedPartition reading = owned.get(partition);
      if (reading != null && reading.sink().equals(sink)) {
        owned.remove(partition);
        if (owned.isEmpty()) {
          proof.end();
        }
        meters.forget(partition.partition());
        if (!doubtful && last != null) {
          reading.resolved(last);
          commits.last(reading);
        }
        consumer.get().assign(assignable());
      }
    } catch (KafkaException e) {
      LOG.warn("last commit of {} failed, some records repeat: {}", partition, e.toString());
      consumer.get().assign(assignable());
    } finally {
      done.complete(null);
    }
  }

  // ---- Suspending and resuming ----------------------------------------------------------------

  private Set<TopicPartition> assignable() {
    return owned.values().stream()
        .filter(reading -> !reading.isSuspended())
        .map(OwnedPartition::partition)
        .collect(Collectors.toSet());
  }

  private Set<TopicPartition> with(TopicPartition partition) {
    Set<TopicPartition> all = assignable();
    all.add(partition);
    return all;
  }

  /** Resumes partitions whose suspension is over. */
  private void assign() {
    long now = System.nanoTime();
    for (OwnedPartition reading : List.copyOf(owned.values())) {
      if (reading.isSuspended() && !reading.isSuspendedAt(now)) {
        reading.isTriedAgain();
        consumer.get().assign(assignable());
        beginAnew(reading, Optional.empty());
      }
    }
  }

  /**
   * Suspends one partition; the others continue. It is unassigned meanwhile, so that the consumer
   * discards the records it has fetched.
   */
  private void suspend(OwnedPartition reading, long nanos, String why) {
    // Logged at doubling intervals: the failure may last for hours.
    if (Integer.bitCount(reading.attempts() + 1) == 1) {
      LOG.warn(
          "{} is suspended at offset {} and retried later: {}",
          reading.partition(),
          reading.next(),
          why);
    }
    reading.suspend(System.nanoTime() + nanos, why);
    consumer.get().assign(assignable());
    tellTrouble();
  }

  private void tellTrouble() {
    List<String> all =
        owned.values().stream()
            .filter(reading -> reading.trouble().isPresent())
            .map(reading ->
                "%s cannot be read at offset %d: %s"
                    .formatted(
                        reading.partition(), reading.next(), reading.trouble().orElseThrow()))
            .toList();
    meters.suspended(all.size());
    trouble = String.join("; ", all);
  }

  /** Handles a failed poll: if the consumer names the partition, that one is suspended. */
  private void failed(KafkaException e) {
    for (OwnedPartition reading : owned.values()) {
      if (Damage.isOf(reading.partition(), e)) {
        damaged(reading, e);
        return;
      }
    }
    proof.recordFailure(e, System.nanoTime());
    LOG.warn("reading {} failed, trying again: {}", topic, e.toString());
    pause(RETRY_MILLIS);
  }

  private void damaged(OwnedPartition reading, KafkaException e) {
    if (rules.skipsCorrupt() && reading.attempts() >= TRIES_BEFORE_PASSING_OVER) {
      // The number of records in a damaged batch is unknown, so they are skipped one by one.
      meters.skipped(reading.number(), "corrupt", 1);
      LOG.error("{} offset {} is skipped: {}", reading.partition(), reading.next(), e + "");
      reading.skip();
      consumer.get().assign(assignableWithout(reading));
      consumer.get().assign(assignable());
      consumer.get().seek(reading.partition(), reading.next());
      return;
    }
    suspend(reading, rules.skipsCorrupt() ? RETRY_NANOS : DAMAGED_RETRY_NANOS, Damage.reason(e));
  }

  private Set<TopicPartition> assignableWithout(OwnedPartition reading) {
    Set<TopicPartition> others = assignable();
    others.remove(reading.partition());
    return others;
  }

  private void holdBack() {
    Set<TopicPartition> assigned = consumer.get().assignment();
    if (holding) {
      consumer.get().pause(assigned);
      return;
    }
    long total = owned.values().stream().mapToLong(reading -> reading.sink().bytes()).sum();
    // When the node's total is used up, each partition keeps its share, so none can displace
    // another.
    long most =
        total < rules.maxTotalBytes()
            ? rules.maxWindowBytes()
            : Math.min(rules.maxWindowBytes(), rules.maxTotalBytes() / owned.size());
    for (TopicPartition partition : assigned) {
      @Nullable OwnedPartition reading = owned.get(partition);
      long bytes = reading == null ? 0 : reading.sink().bytes();
      boolean paused = consumer.get().paused().contains(partition);
      if (!paused && bytes >= most) {
        consumer.get().pause(Set.of(partition));
      } else if (paused && bytes < most / 2) {
        consumer.get().resume(Set.of(partition));
      }
    }
  }

  // ---- Records --------------------------------------------------------------------------------

  private void dispatch(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      @Nullable OwnedPartition reading = owned.get(partition);
      List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
      if (reading != null && !batch.isEmpty()) {
        dispatch(reading, batch);
      }
    }
  }

  private void dispatch(OwnedPartition reading, List<ConsumerRecord<byte[], byte[]>> batch) {
    DeliverySink sink = reading.sink();
    List<Entry> entries = new ArrayList<>(batch.size());
    List<Runnable> letters = new ArrayList<>(0);
    @Nullable ConsumerRecord<byte[], byte[]> last = null;
    @Nullable String waitsFor = null;
    for (ConsumerRecord<byte[], byte[]> record : batch) {
      try {
        switch (decode(reading, record)) {
          case Valid(Entry entry) -> entries.add(entry);
          case Unreadable(Entry entry, String why) -> {
            if (!reading.begun().isResolved(entry.sequence())) {
              entries.add(entry);
              letters.add(() -> deadLetters.write(record, why, () -> sink.ended(entry)));
            }
          }
        }
        last = record;
      } catch (RegistryException | UnreadableRecordException e) {
        waitsFor = String.valueOf(e.getMessage());
        break;
      }
    }
    if (last != null) {
      sink.arrived(entries, reading.life().sequence(last.offset() + 1));
      reading.recordRead(last.offset() + 1, last.leaderEpoch());
    }
    // Written only now, because the window has to know an entry before it can be resolved.
    letters.forEach(Runnable::run);
    if (waitsFor != null) {
      suspend(reading, RETRY_NANOS, waitsFor);
    } else if (reading.trouble().isPresent()) {
      LOG.info("{} is read again from offset {}", reading.partition(), batch.getFirst().offset());
      reading.isWell();
      tellTrouble();
    }
  }

  private DeliveryDecoder.Decoded decode(
      OwnedPartition reading, ConsumerRecord<byte[], byte[]> record) {
    try {
      return decoder.decode(record, reading.life());
    } catch (UnreadableRecordException e) {
      if (reading.mayBeKnownSoon(record.offset())) {
        throw e;
      }
      return decoder.givenUp(record, reading.life(), e);
    }
  }

  private void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
