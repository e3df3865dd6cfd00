package dev.tidings.node.log.write;

import dev.tidings.node.log.write.LogWrite.Value;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records from a thread of its own, because a producer may block. No record is dropped while
 * the node runs: a topic that accepts nothing at the moment is retried at growing intervals while
 * the others continue, and the writer of a record that the log will never accept is notified. The
 * queue has no bound of its own: nothing more is read, from the log or from the parked inboxes,
 * while it {@link #isFull}.
 */
public final class LogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** Batches for up to 1 ms: waking this thread for every record costs more than the delay. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** Interval between checks for a topic that is due for a retry, while there is one. */
  private static final long TURN_MILLIS = 50;

  /** After so many attempts, about a minute, an unknown failure is attributed to the record. */
  private static final int MAX_UNKNOWN = 12;

  /** Time after which a topic that accepts nothing appears in the readiness report. */
  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A busy writer checks the time once in so many records, less one. */
  private static final int LOOK_TURNS = 1_023;

  /** Interval between looks at what the partitions have acknowledged. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What a record takes in the producer beside its key and its value. */
  private static final int OVERHEAD_BYTES = 64;

  /** Poison pill. The thread stops after it once the queue is empty. */
  private static final LogWrite END = nothing();

  /** Wake-up marker. The thread checks the outcomes of other writes. */
  private static final LogWrite LOOK = nothing();

  /** How long the pending writes of a producer are waited for when it is replaced. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final TopicNames names;
  private final AvroSerializer<SpecificRecord> serializer;
  private final WriterMeters meters;
  private final Consumer<Throwable> fatal;
  private final WriterLimits limits;
  private final LinkedBlockingQueue<LogWrite> queue = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);

  /** The number of records handed over and not in the log yet. */
  private final AtomicInteger pending = new AtomicInteger();

  /** Set only by the writer's thread. */
  private volatile Producer<byte[], byte[]> producer;

  private volatile boolean closing;
  private volatile boolean full;
  private volatile String trouble = "";

  /** Topics that accept nothing at the moment, by name. Confined to the writer's thread. */
  private final Map<String, HeldTopic> held = new HashMap<>();

  /** What the producer has. Confined to the writer's thread. */
  private final InProducer given;

  /** What is to be reported of partitions that acknowledge nothing. */
  private List<String> silent = List.of();

  /** Topics that were recreated and have not been dealt with. */
  private final Queue<String> recreated = new ConcurrentLinkedQueue<>();

  /** Those of them for which no new producer could be created. */
  private final List<String> recreatedLater = new ArrayList<>();

  private int refusals;

  /** The number of writes handed to a producer so far. */
  private long sent;

  private int turns;
  private long lookedAt = System.nanoTime();

  /**
   * The outcome of a write.
   *
   * @param number its place in the order in which writes were sent
   * @param by the producer it was sent with
   * @param failure null if the log has it
   */
  private record Outcome(
      LogWrite write,
      long number,
      boolean probe,
      Producer<byte[], byte[]> by,
      @Nullable Exception failure) {}

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
    this.producers = producers;
    this.producer = producers.get();
    this.names = names;
    this.serializer = serializer;
    this.meters = meters;
    this.fatal = fatal;
    this.limits = limits;
    this.given = new InProducer(limits);
  }

  private static LogWrite nothing() {
    return LogWrite.tombstone(LogTopics.DEAD_LETTERS, new byte[0], () -> {});
  }

  public void start() {
    thread.start();
  }

  /** Queues a record; the records of one calling thread are written in order. Never blocks. */
  public void write(LogWrite write) {
    pending.incrementAndGet();
    queue.add(write);
  }

  /** Returns the topic's name in Kafka. */
  public String nameOf(LogTopic<?> topic) {
    return names.of(topic);
  }

  /** Returns the number of records handed over and not in the log yet. */
  public int pending() {
    return pending.get();
  }

  /**
   * Returns whether so many records are pending that nothing is to be read that adds to them; then
   * until half of them are in the log.
   */
  public boolean isFull() {
    boolean now = pending.get() >= (full ? limits.mostPending() / 2 : limits.mostPending());
    full = now;
    return now;
  }

  /**
   * A topic was deleted and created again. A producer never recovers from that: if another batch
   * than the first reaches the new topic first, it retries for ever what comes out of order. Writes
   * to it that are not acknowledged are written again, in order. Thread-safe, never blocks.
   */
  public void topicRecreated(String topic) {
    recreated.add(topic);
    queue.add(LOOK);
  }

  /**
   * Returns healthy while every topic accepts its records, and every partition acknowledges them.
   */
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
    @Nullable String topic;
    while ((topic = recreated.poll()) != null) {
      renew(topic);
    }
    hearAll();
    if (!held.isEmpty()) {
      probe(System.nanoTime());
      // A probe may have replaced the producer: what the old one had comes before anything new.
      hearAll();
      tellTrouble(System.nanoTime());
    }
    if (given.isHoldingBack()) {
      given.release(write -> send(write, false, true));
    }
    LogWrite next = next();
    if (next == null || next.equals(LOOK) || (++turns & LOOK_TURNS) == 0) {
      look(System.nanoTime());
    }
    if (next == null || next.equals(LOOK)) {
      return false;
    }
    if (!next.equals(END)) {
      accept(next);
      return false;
    }
    if (queue.isEmpty() && given.isHoldingBack()) {
      TimeUnit.NANOSECONDS.sleep(GATHER_NANOS);
    } else if (queue.isEmpty()) {
      if (!held.isEmpty()) {
        LOG.warn("pending writes to {} are dropped: the node is stopping", held.keySet());
      }
      return true;
    }
    queue.add(END);
    return false;
  }

  private void hearAll() {
    @Nullable Outcome outcome;
    while ((outcome = outcomes.poll()) != null) {
      heard(outcome);
    }
  }

  /**
   * Waits for a record if none is queued, then briefly for more, so that the thread wakes up once
   * for all of them.
   */
  private @Nullable LogWrite next() throws InterruptedException {
    @Nullable LogWrite next = queue.poll();
    if (next == null && held.isEmpty() && !given.isHoldingBack()) {
      next = queue.poll(LOOK_NANOS, TimeUnit.NANOSECONDS);
      if (next != null) {
        LockSupport.parkNanos(GATHER_NANOS);
      }
    } else if (next == null) {
      next = queue.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
    }
    return next;
  }

  private void accept(LogWrite write) {
    @Nullable HeldTopic topic = held.isEmpty() ? null : held.get(names.of(write.topic()));
    if (topic != null) {
      topic.add(write);
    } else {
      send(write, false);
    }
  }

  private void send(LogWrite write, boolean probe) {
    send(write, probe, probe);
  }

  /**
   * Serializes a record and passes it to the producer; both can fail while the registry or the
   * broker is unavailable.
   *
   * @param atOnce whether it is passed on even if the producer has enough of its partition
   */
  private void send(LogWrite write, boolean probe, boolean atOnce) {
    Producer<byte[], byte[]> by = producer;
    long number = ++sent;
    try {
      String topic = names.of(write.topic());
      @Nullable Integer partition = partition(write, topic);
      PartitionWrites to = given.of(topic, partition == null ? 0 : partition);
      if (!atOnce && !to.takes()) {
        given.hold(to, write);
        return;
      }
      byte @Nullable [] value = bytes(write);
      int bytes = write.key().length + (value == null ? 0 : value.length) + OVERHEAD_BYTES;
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(topic, partition, null, write.key(), value, write.headers());
      to.give(bytes, lookedAt);
      try {
        by.send(
            record,
            (metadata, failure) -> {
              if (to.answered(bytes)) {
                queue.add(LOOK);
              }
              sent(write, number, probe, by, failure);
            });
      } catch (RuntimeException e) {
        to.answered(bytes);
        throw e;
      }
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      heard(new Outcome(write, number, probe, by, e));
    }
  }

  /**
   * Returns the partition of a record: a receipt's is determined by its notification's id alone,
   * whatever else is in its key. Null if the topic has none.
   */
  private @Nullable Integer partition(LogWrite write, String topic) {
    if (write.partition() != null) {
      return write.partition();
    }
    int partitions = producer.partitionsFor(topic).size();
    if (partitions == 0) {
      return null;
    }
    return write.topic().equals(LogTopics.RECEIPTS)
        ? ReceiptKey.partition(write.key(), partitions)
        : Partitioning.partition(write.key(), partitions);
  }

  /** Completion of a send, on the producer's thread. */
  private void sent(
      LogWrite write,
      long number,
      boolean probe,
      Producer<byte[], byte[]> by,
      @Nullable Exception failure) {
    if (failure == null) {
      // The follow-up writes are queued before this one counts as done, so pending() is never too
      // low.
      done(write, write.stored());
    }
    if (failure != null || probe) {
      outcomes.add(new Outcome(write, number, probe, by, failure));
      queue.add(LOOK);
    }
  }

  private void done(LogWrite write, Runnable then) {
    try {
      then.run();
    } catch (RuntimeException e) {
      LOG.error("the follow-up of a write to {} has failed", write.topic(), e);
    } finally {
      pending.decrementAndGet();
    }
  }

  private void heard(Outcome outcome) {
    String topic = names.of(outcome.write().topic());
    @Nullable Exception failure = outcome.failure();
    if (failure == null) {
      @Nullable HeldTopic recovered = held.remove(topic);
      if (recovered != null) {
        LOG.info(
            "{} accepts records again, after {} s",
            topic,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - recovered.since()));
        tellTrouble(System.nanoTime());
        recovered.rest().forEach(this::accept);
      }
      return;
    }
    WriteFailure kind = WriteFailure.of(failure);
    if (kind == WriteFailure.UNKNOWN && !outcome.by().equals(producer)) {
      // It says how that producer ended, and nothing of the record.
      kind = WriteFailure.PRODUCER;
    }
    meters.failed(kind);
    @Nullable HeldTopic before = held.get(topic);
    if (kind == WriteFailure.FINAL || isHopeless(kind, outcome, before)) {
      if (before != null && outcome.probe()) {
        before.probed();
      }
      refuse(outcome.write(), failure);
    } else if (closing) {
      LOG.warn("write to {} dropped, the node is stopping: {}", topic, failure.toString());
    } else {
      if (kind == WriteFailure.PRODUCER && outcome.probe() && outcome.by().equals(producer)) {
        replaceProducer(failure);
      }
      hold(topic, outcome, kind, failure);
    }
  }

  /** Returns whether the same record has failed for an unknown reason time and again. */
  private static boolean isHopeless(WriteFailure kind, Outcome outcome, @Nullable HeldTopic topic) {
    if (topic == null || !outcome.probe()) {
      return false;
    }
    if (kind != WriteFailure.UNKNOWN) {
      topic.resetUnknown();
      return false;
    }
    return topic.countUnknown() >= MAX_UNKNOWN;
  }

  /**
   * Replaces a producer that has failed again. All pending writes of the old one have come back
   * before the new one sends anything, so that no record overtakes another.
   */
  private void replaceProducer(Exception failure) {
    LOG.warn("the producer cannot continue and is replaced: {}", failure.toString());
    Producer<byte[], byte[]> old = producer;
    try {
      producer = producers.get();
    } catch (KafkaException e) {
      LOG.warn("no new producer can be created, retrying: {}", e.toString());
      return;
    }
    old.close(LAST_WORDS);
  }

  /** Replaces the producer if it has written to a topic that was recreated. */
  private void renew(String topic) {
    if (!given.knows(topic)) {
      return;
    }
    LOG.warn("{} was recreated: what it has not acknowledged is written again", topic);
    Producer<byte[], byte[]> old = producer;
    try {
      producer = producers.get();
    } catch (KafkaException e) {
      LOG.warn("no new producer can be created, retrying: {}", e.toString());
      recreatedLater.add(topic);
      return;
    }
    // At once: to wait for what is never acknowledged is of no use. All of it comes back here.
    old.close(Duration.ZERO);
  }

  private void hold(String topic, Outcome outcome, WriteFailure kind, Exception failure) {
    long now = System.nanoTime();
    @Nullable HeldTopic holding = held.get(topic);
    if (holding == null) {
      holding = new HeldTopic(now);
      held.put(topic, holding);
      given.drain(topic).forEach(holding::add);
    }
    String why =
        kind == WriteFailure.CLOCK
            ? "this machine's clock is not the broker's: " + failure.getMessage()
            : failure.toString();
    holding.urgent(kind == WriteFailure.NOT_ALLOWED || kind == WriteFailure.CLOCK);
    if (holding.failed(outcome.write(), outcome.number(), outcome.probe(), why, now)
        && Integer.bitCount(holding.failures()) == 1) {
      // Logged at doubling intervals: the failure may last for hours.
      LOG.warn("write to {} failed {} times, it is retried: {}", topic, holding.failures(), why);
    }
  }

  private void refuse(LogWrite write, Exception failure) {
    String why = String.valueOf(failure.getMessage());
    // Logged at doubling intervals: refused records may be frequent.
    if (Integer.bitCount(++refusals) == 1) {
      LOG.warn(
          "{} records refused for good so far, the last for {}: {}", refusals, write.topic(), why);
    }
    done(write, () -> write.refused().because(why));
  }

  /** Attempts one record of each held topic; the others follow once the log has it. */
  private void probe(long now) {
    for (HeldTopic topic : List.copyOf(held.values())) {
      @Nullable LogWrite first = topic.isDue(now) ? topic.probe() : null;
      if (first != null) {
        send(first, true);
      }
    }
    held.values().removeIf(HeldTopic::isEmpty);
  }

  private void look(long now) {
    if (now - lookedAt >= LOOK_NANOS) {
      lookedAt = now;
      given.look(now);
      silent = given.silent(now);
      tellTrouble(now);
      recreated.addAll(recreatedLater);
      recreatedLater.clear();
    }
  }

  private void tellTrouble(long now) {
    trouble =
        Stream.concat(
                held.entrySet().stream()
                    .filter(topic ->
                        topic.getValue().isUrgent()
                            || now - topic.getValue().since() >= WORRY_NANOS)
                    .map(topic ->
                        "%s takes nothing: %s".formatted(topic.getKey(), topic.getValue().why())),
                silent.stream())
            .collect(Collectors.joining("; "));
  }

  private byte @Nullable [] bytes(LogWrite write) {
    return switch (write.value()) {
      case null -> null;
      case Value.Avro(SpecificRecord record) ->
          serializer.serialize(names.of(write.topic()), record);
      case Value.Raw(byte @Nullable [] bytes) -> bytes;
    };
  }

  /** Writes all queued records, waits until they are in the log, up to the timeout, and ends. */
  public void close(Duration timeout) {
    closing = true;
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
