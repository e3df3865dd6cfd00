package dev.tidings.node.log;

import dev.tidings.node.log.LogWrite.Value;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records, from a thread of its own because a producer may block. Nothing handed over is
 * given up while the node runs: a topic that takes nothing at the moment is tried again, ever more
 * seldom, while the others go on; and whoever wrote what the log will never take is told. The queue
 * has no bound of its own; it holds no more than the windows and the sessions' credit do.
 */
public final class LogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** Nobody waits for what is written as much as it costs to be woken for each record. */
  private static final long GATHER_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How often it is looked whether a topic is to be tried again, where any is. */
  private static final long TURN_MILLIS = 50;

  /** After so many attempts, about a minute, what nobody understands is taken for the record's. */
  private static final int MAX_UNKNOWN = 12;

  /** How long a topic may be away until it is worth a line in the readiness report. */
  private static final long WORRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Is no record: the thread ends behind it, once nothing else is queued. */
  private static final LogWrite END = nothing();

  /** Is no record: the thread is to look what has become of others. */
  private static final LogWrite LOOK = nothing();

  /** How long what a producer has under way is waited for when another takes its place. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final TopicNames names;
  private final AvroSerializer<SpecificRecord> serializer;
  private final WriterMeters meters;
  private final Consumer<Throwable> fatal;
  private final LinkedBlockingQueue<LogWrite> queue = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("log-writer").unstarted(this::run);

  /** What was handed over and is not in the log yet. */
  private final AtomicInteger pending = new AtomicInteger();

  /** Changed by the thread alone. */
  private volatile Producer<byte[], byte[]> producer;

  private volatile boolean closing;
  private volatile String trouble = "";

  /** Topics that take nothing at the moment, by name. Confined to the thread. */
  private final Map<String, HeldTopic> held = new HashMap<>();

  private int refusals;

  /**
   * What has become of a write.
   *
   * @param by the producer that it was sent with
   * @param failure null if the log has it
   */
  private record Outcome(
      LogWrite write, boolean probe, Producer<byte[], byte[]> by, @Nullable Exception failure) {}

  /**
   * @param producers makes the producer, and another one when that can't go on
   * @param fatal told why nothing is written any more: the process has to end
   */
  public LogWriter(
      Supplier<Producer<byte[], byte[]>> producers,
      TopicNames names,
      AvroSerializer<SpecificRecord> serializer,
      WriterMeters meters,
      Consumer<Throwable> fatal) {
    this.producers = producers;
    this.producer = producers.get();
    this.names = names;
    this.serializer = serializer;
    this.meters = meters;
    this.fatal = fatal;
  }

  private static LogWrite nothing() {
    return LogWrite.tombstone(LogTopics.DEAD_LETTERS, new byte[0], () -> {});
  }

  public void start() {
    thread.start();
  }

  /** Takes a record to be written, in the order of the calls of one thread. Never blocks. */
  public void write(LogWrite write) {
    pending.incrementAndGet();
    queue.add(write);
  }

  /** What Kafka calls a topic. */
  public String nameOf(LogTopic<?> topic) {
    return names.of(topic);
  }

  /** How many records were handed over and are not in the log yet. */
  public int pending() {
    return pending.get();
  }

  /** Healthy while every topic takes what is written to it. */
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

  /** Returns whether it was the last one. */
  private boolean turn() throws InterruptedException {
    @Nullable Outcome outcome;
    while ((outcome = outcomes.poll()) != null) {
      heard(outcome);
    }
    if (!held.isEmpty()) {
      probe(System.nanoTime());
      tellTrouble(System.nanoTime());
    }
    LogWrite next = next();
    if (next == null || next.equals(LOOK)) {
      return false;
    }
    if (!next.equals(END)) {
      accept(next);
      return false;
    }
    if (queue.isEmpty()) {
      if (!held.isEmpty()) {
        LOG.warn("writes to {} are given up: the node is stopping", held.keySet());
      }
      return true;
    }
    queue.add(END);
    return false;
  }

  /** Waits for one where there is none; and then a little for others, to be woken once for all. */
  private @Nullable LogWrite next() throws InterruptedException {
    @Nullable LogWrite next = queue.poll();
    if (next == null && held.isEmpty()) {
      next = queue.take();
      LockSupport.parkNanos(GATHER_NANOS);
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

  /** Serializes and hands over; both can fail while the registry or the broker is away. */
  private void send(LogWrite write, boolean probe) {
    Producer<byte[], byte[]> by = producer;
    try {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(
              names.of(write.topic()),
              partition(write),
              null,
              write.key(),
              bytes(write),
              write.headers());
      by.send(record, (metadata, failure) -> sent(write, probe, by, failure));
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      heard(new Outcome(write, probe, by, e));
    }
  }

  /** Receipts lie where their notification's id says, whatever else is in their key. */
  private @Nullable Integer partition(LogWrite write) {
    if (!write.topic().equals(LogTopics.RECEIPTS)) {
      return write.partition();
    }
    int partitions = producer.partitionsFor(names.of(write.topic())).size();
    return partitions == 0 ? null : ReceiptKey.partition(write.key(), partitions);
  }

  /** On the producer's thread. */
  private void sent(
      LogWrite write, boolean probe, Producer<byte[], byte[]> by, @Nullable Exception failure) {
    if (failure == null) {
      // What it leads to is handed over before it counts as done, so that pending() never lies.
      done(write, write.stored());
    }
    if (failure != null || probe) {
      outcomes.add(new Outcome(write, probe, by, failure));
      queue.add(LOOK);
    }
  }

  private void done(LogWrite write, Runnable then) {
    try {
      then.run();
    } catch (RuntimeException e) {
      LOG.error("what follows a write to {} has failed", write.topic(), e);
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
            "{} takes records again, after {} s",
            topic,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - recovered.since()));
        tellTrouble(System.nanoTime());
        recovered.rest().forEach(this::accept);
      }
      return;
    }
    WriteFailure kind = WriteFailure.of(failure);
    meters.failed(kind);
    @Nullable HeldTopic before = held.get(topic);
    if (kind == WriteFailure.FINAL
        || (kind == WriteFailure.UNKNOWN && before != null && before.failures() >= MAX_UNKNOWN)) {
      if (before != null && outcome.probe()) {
        before.probed();
      }
      refuse(outcome.write(), failure);
    } else if (closing) {
      LOG.warn("write to {} given up: the node is stopping: {}", topic, failure.toString());
    } else {
      if (kind == WriteFailure.PRODUCER && outcome.probe() && outcome.by().equals(producer)) {
        replaceProducer(failure);
      }
      hold(topic, outcome, kind, failure);
    }
  }

  /**
   * Another producer takes the place of one that has failed again. What the old one had under way
   * has come back before anything is sent with the new one, so that no record overtakes another.
   */
  private void replaceProducer(Exception failure) {
    LOG.warn("the producer can't go on, another takes its place: {}", failure.toString());
    Producer<byte[], byte[]> old = producer;
    try {
      producer = producers.get();
    } catch (KafkaException e) {
      LOG.warn("no other producer can be made, trying again: {}", e.toString());
      return;
    }
    old.close(LAST_WORDS);
  }

  private void hold(String topic, Outcome outcome, WriteFailure kind, Exception failure) {
    long now = System.nanoTime();
    HeldTopic holding = held.computeIfAbsent(topic, name -> new HeldTopic(now));
    String why =
        kind == WriteFailure.CLOCK
            ? "this machine's clock is not the broker's: " + failure.getMessage()
            : failure.toString();
    holding.urgent(kind == WriteFailure.NOT_ALLOWED || kind == WriteFailure.CLOCK);
    if (holding.failed(outcome.write(), outcome.probe(), why, now)
        && Integer.bitCount(holding.failures()) == 1) {
      // Once, and ever more seldom: it may take hours.
      LOG.warn("write to {} failed {} times, tried again: {}", topic, holding.failures(), why);
    }
  }

  private void refuse(LogWrite write, Exception failure) {
    String why = String.valueOf(failure.getMessage());
    // Once, and ever more seldom: whoever writes what can't be taken may do so often.
    if (Integer.bitCount(++refusals) == 1) {
      LOG.warn(
          "{} records so far will never be taken, one for {}: {}", refusals, write.topic(), why);
    }
    done(write, () -> write.refused().because(why));
  }

  /** One record of each topic is tried, and the others only once the log has it. */
  private void probe(long now) {
    for (HeldTopic topic : List.copyOf(held.values())) {
      @Nullable LogWrite first = topic.isDue(now) ? topic.probe() : null;
      if (first != null) {
        send(first, true);
      }
    }
    held.values().removeIf(HeldTopic::isEmpty);
  }

  private void tellTrouble(long now) {
    trouble =
        held.entrySet().stream()
            .filter(topic ->
                topic.getValue().isUrgent() || now - topic.getValue().since() >= WORRY_NANOS)
            .map(topic -> "%s takes nothing: %s".formatted(topic.getKey(), topic.getValue().why()))
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

  /** Writes what is queued, waits until the log has it, as far as the time allows, and ends. */
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
