package dev.tidings.node.log.write;

import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records from a thread of its own, because a producer may block. No record is dropped while
 * the node runs: a topic that accepts nothing at the moment is retried at growing intervals while
 * the others continue ({@link WriteRetries}), and the writer of a record that the log will never
 * accept is notified. The queue has no bound of its own: nothing more is read, from the log or from
 * the parked inboxes, while it {@link #isFull}.
 */
public final class LogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** Batches for up to 1 ms: waking this thread for every record costs more than the delay. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Interval between checks for a topic that is due for a retry, while there is one. */
  private static final long TURN_MILLIS = 50;

  /** A busy writer checks the time once in so many records, less one. */
  private static final int LOOK_TURNS = 1_023;

  /** Interval between looks at what the partitions have acknowledged. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Poison pill. The thread stops after it once the queue is empty. */
  private static final LogWrite END = nothing();

  /** Wake-up marker. The thread checks the outcomes of other writes. */
  private static final LogWrite LOOK = nothing();

  private final TopicNames names;
  private final Consumer<Throwable> fatal;
  private final PendingWrites pending;
  private final LinkedBlockingQueue<LogWrite> queue = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<WriteOutcome> outcomes = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);
  private final WriterProducer producer;
  private volatile String trouble = "";

  // Confined to the writer's thread.
  private final UnacknowledgedWrites given;
  private final WriteRetries retries;
  private final RecordSender sender;

  private int turns;
  private long lookedAt = System.nanoTime();

  /**
   * @param producers creates the producer, and a replacement when it cannot continue
   * @param fatal called with the reason if writing has ended for good: the process has to exit
   */
  public LogWriter(
      Supplier<Producer<byte[], byte[]>> producers,
      TopicNames names,
      AvroSerializer<SpecificRecord> serializer,
      WriterMeters meters,
      Consumer<Throwable> fatal) {
    this(producers, names, serializer, meters, fatal, WriterLimits.DEFAULTS);
  }

  public LogWriter(
      Supplier<Producer<byte[], byte[]>> producers,
      TopicNames names,
      AvroSerializer<SpecificRecord> serializer,
      WriterMeters meters,
      Consumer<Throwable> fatal,
      WriterLimits limits) {
    this.names = names;
    this.fatal = fatal;
    this.pending = new PendingWrites(limits.mostPending());
    this.producer = new WriterProducer(producers);
    this.given = new UnacknowledgedWrites(limits);
    this.retries = new WriteRetries(names, producer, given, pending, meters);
    this.sender = new RecordSender(producer, names, serializer, given, new Results());
  }

  private static LogWrite nothing() {
    return LogWrite.tombstone(LogTopics.DEAD_LETTERS, new byte[0], () -> {});
  }

  public void start() {
    thread.start();
  }

  /** Queues a record; the records of one calling thread are written in order. Never blocks. */
  public void write(LogWrite write) {
    pending.add();
    queue.add(write);
  }

  /** Returns the topic's name in Kafka. */
  public String nameOf(LogTopic<?> topic) {
    return names.of(topic);
  }

  /** Returns the number of records handed over and not in the log yet. */
  public int pending() {
    return pending.count();
  }

  /**
   * Returns whether so many records are pending that nothing is to be read that adds to them; then
   * until half of them are in the log.
   */
  public boolean isFull() {
    return pending.isFull();
  }

  /**
   * A topic was deleted and created again. A producer never recovers from that: if another batch
   * than the first reaches the new topic first, it retries for ever what comes out of order. Writes
   * to it that are not acknowledged are written again, in order. Thread-safe, never blocks.
   */
  public void topicRecreated(String topic) {
    producer.topicRecreated(topic);
    queue.add(LOOK);
  }

  /** Returns healthy while every topic accepts records, and every partition acknowledges them. */
  public Health health() {
    return Health.unless(trouble);
  }

  private void run() {
    try {
      boolean ends = false;
      while (!ends) {
        ends = turn();
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("asked to stop");
    } catch (Throwable e) {
      LOG.error("writing to the log has ended", e);
      fatal.accept(e);
    }
  }

  /** Processes queued records. Returns whether the last one was the poison pill. */
  private boolean turn() throws InterruptedException {
    producer.replaceAfterRecreation(given);
    hearAll();
    if (!retries.isEmpty()) {
      retries.probe(System.nanoTime(), write -> sender.probe(write, lookedAt));
      // A probe may have replaced the producer: what the old one had comes before anything new.
      hearAll();
      tellTrouble(System.nanoTime());
    }
    if (sender.hasQueued()) {
      sender.release(lookedAt);
    }
    @Nullable LogWrite next = queue.poll();
    boolean waits = next == null;
    if (waits) {
      next = await();
    }
    if (waits || LOOK.equals(next) || (++turns & LOOK_TURNS) == 0) {
      look(System.nanoTime());
    }
    if (next == null || next.equals(LOOK)) {
      return false;
    }
    if (!next.equals(END)) {
      accept(next);
      return false;
    }
    if (queue.isEmpty() && sender.hasQueued()) {
      TimeUnit.NANOSECONDS.sleep(GATHER_NANOS);
    } else if (queue.isEmpty()) {
      if (!retries.isEmpty()) {
        LOG.warn(
            "the node is stopping: what waited to be written to {} is given up, {} records are not"
                + " in the log",
            retries.names(),
            pending.count());
      }
      return true;
    }
    queue.add(END);
    return false;
  }

  /**
   * Waits for a record, then briefly for more, so that the thread wakes up once for all of them.
   */
  private @Nullable LogWrite await() throws InterruptedException {
    if (!retries.isEmpty() || sender.hasQueued()) {
      return queue.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
    }
    @Nullable LogWrite next = queue.poll(LOOK_NANOS, TimeUnit.NANOSECONDS);
    if (next != null) {
      LockSupport.parkNanos(GATHER_NANOS);
    }
    return next;
  }

  private void accept(LogWrite write) {
    if (!retries.take(write)) {
      sender.send(write, lookedAt);
    }
  }

  private void hearAll() {
    @Nullable WriteOutcome outcome;
    while ((outcome = outcomes.poll()) != null) {
      heard(outcome);
    }
  }

  private void heard(WriteOutcome outcome) {
    @Nullable Exception failure = outcome.failure();
    if (failure != null) {
      retries.failed(outcome, failure);
      return;
    }
    @Nullable List<LogWrite> released = retries.accepted(outcome.write());
    if (released != null) {
      tellTrouble(System.nanoTime());
      released.forEach(this::accept);
    }
  }

  private final class Results implements RecordSender.Results {
    @Override
    public void returned(
        LogWrite write,
        long number,
        boolean probe,
        Producer<byte[], byte[]> by,
        @Nullable Exception failure) {
      if (failure == null) {
        pending.done(write, write.stored());
      }
      if (failure != null || probe) {
        outcomes.add(new WriteOutcome(write, number, probe, by, failure));
        queue.add(LOOK);
      }
    }

    @Override
    public void hasRoom() {
      queue.add(LOOK);
    }

    @Override
    public void failed(WriteOutcome outcome) {
      heard(outcome);
    }
  }

  private void look(long now) {
    if (now - lookedAt >= LOOK_NANOS) {
      lookedAt = now;
      given.look(now);
      tellTrouble(now);
      producer.retryRecreated();
    }
  }

  private void tellTrouble(long now) {
    trouble =
        Stream.concat(retries.trouble(now), given.silent().stream())
            .collect(Collectors.joining("; "));
  }

  /** Writes all queued records, waits until they are in the log, up to the timeout, and ends. */
  public void close(Duration timeout) {
    retries.stop();
    queue.add(END);
    try {
      if (thread.isAlive() && !thread.join(timeout)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(timeout);
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(5));
  }
}
