package dev.tidings.node.log;

import dev.tidings.node.log.life.LogLookup;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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
 * ask of it; all that it uses is confined to it.
 */
public final class DeliveryReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryReader.class);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final long RETRY_MILLIS = 500;
  static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);

  /** How long a leader, or the group's coordinator, may delay the reading of all partitions. */
  private static final Duration LEADER_WAIT = Duration.ofMillis(500);

  private static final Duration COORDINATOR_WAIT = Duration.ofSeconds(2);

  /** How long a turn goes on with partitions whose leaders have to be waited for. */
  private static final long STARTING_NANOS = LEADER_WAIT.toNanos();

  /** Interval between checks of the topic's identity and its end offsets. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Time given to the stream thread to learn that its partitions were reassigned. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private final ReaderConsumer consumer;
  private final String topic;
  private final LogLookup lookup;
  private final ReaderMeters meters;
  private final Consumer<Throwable> fatal;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();

  /** Tasks that may wait for a leader: a turn does only so many of them. */
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  private final Thread thread = Thread.ofPlatform().name("delivery-reader").unstarted(this::run);

  private final BooleanSupplier logIsFull;
  private volatile boolean holding;
  private volatile boolean groupSilent;
  private volatile boolean closing;

  // Confined to the thread.
  private final OwnedPartitions owned;
  private final StartPointLookups starts;
  private final BatchDispatcher dispatcher;
  private final WindowLimit windowLimit;
  private final DamagedBatches damaged;
  private final Commits commits;
  private final Proof proof = new Proof();
  private final StallDetector stallDetector;
  private boolean doubtful;
  private boolean stoodStill;
  private long lookedAt = System.nanoTime();

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
    this.lookup = lookup;
    this.logIsFull = logIsFull;
    this.meters = meters;
    this.fatal = fatal;
    this.owned = new OwnedPartitions(consumer, meters);
    // A turn that is twice as long counts as a standstill of this process.
    Duration shortWait = rules.sessionTimeout().dividedBy(4);
    this.starts =
        new StartPointLookups(
            consumer,
            owned,
            lookup,
            proof,
            meters,
            rules.duplicateWindow(),
            least(LEADER_WAIT, shortWait),
            new StartTasks());
    this.dispatcher = new BatchDispatcher(owned, decoder, deadLetters);
    this.windowLimit = new WindowLimit(owned, rules);
    this.damaged = new DamagedBatches(consumer, owned, rules.skipsCorrupt(), meters);
    this.commits =
        new Commits(consumer, rules.renewal(), least(COORDINATOR_WAIT, shortWait), meters);
    this.stallDetector =
        new StallDetector(rules.sessionTimeout().dividedBy(2), SETTLING, System.nanoTime());
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private final class StartTasks implements StartPointLookups.Tasks {
    @Override
    public void soon(Runnable task) {
      commands.add(task);
    }

    @Override
    public void inTurn(Runnable task) {
      waiting.add(task);
      consumer.wakeup();
    }
  }

  public void start() {
    thread.start();
  }

  /** Starts to read a partition at its last commit. */
  public void assign(int partition, DeliverySink sink) {
    starts.want(topicPartition(partition), sink);
    command(() -> starts.begin(topicPartition(partition)));
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
    command(() -> end(topicPartition(partition), sink, last, done));
    if (!thread.isAlive()) {
      done.complete(null);
    }
    return done;
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
      doubt();
      obey();
      if (owned.isEmpty() || doubtful) {
        pause(POLL.toMillis());
        return;
      }
      commits.commit(owned.all());
      look();
      starts.resume();
      holdBack();
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
        pause(RETRY_MILLIS);
      }
    } catch (RuntimeException e) {
      LOG.error("reading {} failed, it is retried", topic, e);
      // Seek back, so that records fetched but not handed over are not skipped.
      owned.seekAll();
      pause(RETRY_MILLIS);
    }
  }

  private void read() {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.get().poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      // Handled here, so that a failure of the handling is treated like any other.
      starts.beginAnew(e);
      return;
    }
    proof.recordRead(!records.isEmpty(), System.nanoTime());
    dispatcher.dispatch(records);
  }

  /**
   * Decides whether it is in doubt what this process owns. Called after everything that may wait,
   * so that the time waited for brokers is not taken for a standstill of this process.
   */
  private void doubt() {
    boolean before = stoodStill;
    stoodStill = stallDetector.isDoubtful(System.nanoTime());
    doubtful = stoodStill || groupSilent;
    if (stoodStill && !before) {
      meters.stoodStill();
    }
    if (doubtful) {
      starts.doubt();
    }
  }

  private void obey() {
    runCommands();
    long end = System.nanoTime() + STARTING_NANOS;
    @Nullable Runnable task;
    while (!doubtful && System.nanoTime() - end < 0 && (task = waiting.poll()) != null) {
      task.run();
      doubt();
      // What it has found out about the topic concerns the other partitions before they are read.
      runCommands();
    }
    if (!doubtful) {
      starts.retry();
    }
  }

  private void runCommands() {
    @Nullable Runnable command;
    while ((command = commands.poll()) != null) {
      command.run();
      doubt();
    }
  }

  /** Checks at intervals whether the topic is still the same, and how many records are unread. */
  private void look() {
    long now = System.nanoTime();
    if (now - lookedAt < LOOK_NANOS) {
      return;
    }
    lookedAt = now;
    lookup
        .of(topic)
        .whenComplete((id, failure) -> {
          if (id != null) {
            command(() -> starts.isNow(id));
          }
        });
    for (OwnedPartition reading : owned.all()) {
      if (consumer.get().assignment().contains(reading.partition())) {
        consumer
            .get()
            .currentLag(reading.partition())
            .ifPresent(records -> meters.lag(reading.number(), records));
      }
    }
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
        if (!doubtful && last != null) {
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

  private void holdBack() {
    if (holding || logIsFull.getAsBoolean()) {
      consumer.get().pause(consumer.get().assignment());
    } else {
      windowLimit.apply(consumer.get());
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
