package dev.tidings.node.log;

import dev.tidings.node.log.decode.BatchDispatcher;
import dev.tidings.node.log.decode.DamagedBatches;
import dev.tidings.node.log.decode.DeliveryDecoder;
import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.life.LogOffsets;
import dev.tidings.node.log.partition.Commits;
import dev.tidings.node.log.partition.DeliverySink;
import dev.tidings.node.log.partition.OwnedPartition;
import dev.tidings.node.log.partition.OwnedPartitions;
import dev.tidings.node.log.partition.Proof;
import dev.tidings.node.log.partition.ReaderConsumer;
import dev.tidings.node.log.partition.ReaderMeters;
import dev.tidings.node.log.partition.WindowLimit;
import dev.tidings.node.log.start.LogQuestions;
import dev.tidings.node.log.start.OwnershipDoubt;
import dev.tidings.node.log.start.ReadRestarts;
import dev.tidings.node.log.start.ReadStarts;
import dev.tidings.node.log.start.ReaderTasks;
import dev.tidings.node.log.start.StallDetector;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the {@code deliveries} partitions this node owns, from one thread, with manual assignment
 * and commits under a fixed group. A partition with a full window is paused alone, and an
 * unreadable partition is suspended alone. Here are the thread, its turns, and what other threads
 * ask of it; all that it uses is confined to it, and put together here, which takes the lines.
 */
public final class DeliveryReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);
  private static final Duration POLL = Duration.ofMillis(50);

  /** How long a leader, or the group's coordinator, may delay the reading of all partitions. */
  private static final Duration LEADER_WAIT = Duration.ofMillis(500);

  private static final Duration COORDINATOR_WAIT = Duration.ofSeconds(2);

  /** Time given to the stream thread to learn that its partitions were reassigned. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private final ReaderConsumer consumer;
  private final String topic;
  private final Consumer<Throwable> fatal;
  private final Thread thread = Thread.ofPlatform().name("delivery-reader").unstarted(this::run);
  private volatile boolean closing;

  private final ReaderTasks tasks;
  private final OwnershipDoubt doubt;

  // Confined to the thread.
  private final OwnedPartitions owned;
  private final ReadStarts starts;
  private final ReadRestarts restarts;
  private final BatchDispatcher dispatcher;
  private final WindowLimit windowLimit;
  private final DamagedBatches damaged;
  private final Commits commits;
  private final LogWatch watch;
  private final Proof proof = new Proof();
  private final ReaderMeters meters;

  /**
   * @param open opens a consumer: the first, and another each time the topic has been made anew
   * @param topic the name of {@code deliveries}
   * @param lookup looks up where a partition is to begin, without the reader's thread
   * @param logIsFull whether so much waits to be written that nothing more is to be read
   * @param fatal called with the reason if reading has ended for good: the process has to exit
   */
  public DeliveryReader(
      Supplier<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> open,
      String topic,
      LogLookup lookup,
      DeliveryDecoder decoder,
      DeadLetters deadLetters,
      ReaderRules rules,
      BooleanSupplier logIsFull,
      ReaderMeters meters,
      Consumer<Throwable> fatal) {
    this.consumer = new ReaderConsumer(open);
    this.topic = topic;
    this.meters = meters;
    this.fatal = fatal;
    this.owned = new OwnedPartitions(consumer, meters);
    // A turn that is twice as long counts as a standstill of this process.
    Duration shortWait = rules.sessionTimeout().dividedBy(4);
    Duration leaderWait = least(LEADER_WAIT, shortWait);
    this.tasks = new ReaderTasks(consumer, LEADER_WAIT);
    LogQuestions questions = new LogQuestions(tasks);
    LogOffsets offsets = new LogOffsets(consumer, leaderWait);
    this.restarts = new ReadRestarts(consumer, owned, lookup, offsets, questions, meters, tasks);
    this.starts =
        new ReadStarts(
            consumer,
            owned,
            lookup,
            offsets,
            questions,
            restarts,
            proof,
            meters,
            rules.duplicateWindow());
    this.dispatcher = new BatchDispatcher(owned, decoder, deadLetters, System::nanoTime);
    this.windowLimit =
        new WindowLimit(owned, rules.maxWindowBytes(), rules.maxTotalBytes(), logIsFull);
    this.damaged = new DamagedBatches(consumer, owned, rules.skipsCorrupt(), meters);
    this.commits =
        new Commits(consumer, rules.renewal(), least(COORDINATOR_WAIT, shortWait), meters);
    this.watch =
        new LogWatch(
            consumer, owned, topic, lookup, id -> tasks.now(() -> restarts.isNow(id)), meters);
    this.doubt =
        new OwnershipDoubt(
            new StallDetector(rules.sessionTimeout().dividedBy(2), SETTLING, System.nanoTime()),
            questions,
            meters);
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  public void start() {
    thread.start();
  }

  /** Starts to read a partition at its last commit. */
  public void assign(int partition, DeliverySink sink) {
    starts.want(topicPartition(partition), sink);
    tasks.now(() -> starts.begin(topicPartition(partition)));
  }

  /** Stops reading; commit points can still be committed. Thread-safe, never blocks. */
  public void stopReading() {
    windowLimit.stopReading();
  }

  /**
   * Sets whether the ownership of the partitions is in doubt: while it is, nothing is read or
   * committed. Thread-safe, never blocks.
   */
  public void doubt(boolean now) {
    doubt.groupIsSilent(now);
  }

  /** Stores the newest commit point; it is committed shortly. Thread-safe, never blocks. */
  public void commit(int partition, DeliverySink sink, CommitPoint point) {
    tasks.soon(() -> {
      @Nullable OwnedPartition reading = owned.find(topicPartition(partition));
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
    starts.unwant(topicPartition(partition), sink);
    tasks.now(() -> end(topicPartition(partition), sink, last, done));
    if (!thread.isAlive()) {
      done.complete(null);
    }
    return done;
  }

  /** Returns a number that grows with each step on the way to reading what is owned. */
  public long steps() {
    return proof.steps();
  }

  /** Returns healthy while every owned partition is read and commits succeed. */
  public Health health() {
    String now =
        Stream.of(owned.trouble(), starts.trouble())
            .filter(trouble -> !trouble.isEmpty())
            .collect(Collectors.joining("; "));
    if (!now.isEmpty()) {
      return Health.unhealthy(now);
    }
    Health reading = proof.health();
    return reading instanceof Health.Unhealthy ? reading : commits.health();
  }

  private TopicPartition topicPartition(int partition) {
    return new TopicPartition(topic, partition);
  }

  private void run() {
    try {
      while (!closing || tasks.hasCommands()) {
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
      doubt.check();
      tasks.run(doubt);
      if (!doubt.isOpen()) {
        starts.retry();
      }
      if (owned.isEmpty() || doubt.isOpen()) {
        pause(POLL.toMillis());
        return;
      }
      commits.commit(owned.all());
      watch.look();
      restarts.resume();
      windowLimit.apply(consumer.get());
      if (consumer.get().assignment().isEmpty()) {
        pause(POLL.toMillis());
      } else {
        read();
      }
    } catch (WakeupException e) {
      // Woken up because a command is queued.
    } catch (KafkaException e) {
      if (!damaged.handle(e)) {
        proof.recordFailure(e, System.nanoTime());
        LOG.warn("reading {} failed, trying again: {}", topic, e.toString());
        pause(TimeUnit.NANOSECONDS.toMillis(OwnedPartitions.RETRY_NANOS));
      }
    } catch (RuntimeException e) {
      LOG.error("reading {} failed, it is retried", topic, e);
      // Seek back, so that records fetched but not handed over are not skipped.
      owned.seekAll();
      pause(TimeUnit.NANOSECONDS.toMillis(OwnedPartitions.RETRY_NANOS));
    }
  }

  private void read() {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.get().poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      // Handled here, so that a failure of the handling is treated like any other.
      restarts.outOfRange(e);
      return;
    }
    proof.recordRead(!records.isEmpty(), System.nanoTime());
    dispatcher.dispatch(records);
  }

  private void end(
      TopicPartition partition,
      DeliverySink sink,
      @Nullable CommitPoint last,
      CompletableFuture<Void> done) {
    try {
      @Nullable OwnedPartition reading = owned.find(partition);
      if (reading != null && reading.sink().equals(sink)) {
        owned.remove(partition);
        if (owned.isEmpty()) {
          proof.end();
        }
        meters.forget(partition.partition());
        if (!doubt.isOpen() && last != null) {
          reading.resolved(last);
          commits.last(reading);
        }
        owned.assign();
      }
    } catch (KafkaException e) {
      LOG.warn("last commit of {} failed, some records repeat: {}", partition, e.toString());
      owned.assign();
    } finally {
      starts.ended(partition);
      done.complete(null);
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
