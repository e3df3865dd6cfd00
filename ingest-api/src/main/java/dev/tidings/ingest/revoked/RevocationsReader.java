package dev.tidings.ingest.revoked;

import dev.tidings.ingest.revoked.RevocationTable.Change;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@link RevocationTable} at the end of the topic, in a thread of its own, for as long as
 * the service runs, and begins where it ended the last time: a broker or registry that is away is
 * waited for, a record that can't be read is logged and left out. A table that is of another topic
 * of this name, of more than the topic has, or older than tombstones are kept, is emptied and read
 * again, at the start and later.
 */
public final class RevocationsReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevocationsReader.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** How often a table that is at the end says so, on disk. */
  private static final Duration BETWEEN_NOTES = Duration.ofMinutes(1);

  /** How often it is asked what the topic has forgotten. */
  private static final Duration BETWEEN_SWEEPS = Duration.ofHours(6);

  /** Kafka keeps a tombstone for a day: a table that was away for longer may have missed one. */
  private static final Duration MAX_AGE = Duration.ofHours(20);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final TopicLook look;
  private final AvroDeserializer<Revocation> deserializer;
  private final RevocationTable table;
  private final InstantSource clock;
  private final AtomicLong unreadable = new AtomicLong();
  private final AtomicLong readAgain = new AtomicLong();
  private final Thread thread =
      Thread.ofPlatform().name("revocations").daemon().unstarted(this::run);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean complete;
  private volatile boolean closing;
  private volatile String waitingFor = "";
  private volatile long lag;

  // Only for the thread.

  private long nextLine = System.nanoTime();
  private long nextSweep;
  private long notedAt;
  private boolean filterMissing;
  private Uuid reading = Uuid.ZERO_UUID;

  /** What the log does not have of what was to be read next, where the broker has said so. */
  private final Map<TopicPartition, Long> outOfRange = new HashMap<>();

  /** Where the partitions ended when it started, as long as not reached. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private RevocationsReader(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Supplier<CompletionStage<Uuid>> topicId,
      RegistryClient registry,
      RevocationTable table,
      InstantSource clock) {
    this.consumer = consumer;
    this.topic = topic;
    this.look = new TopicLook(topic, topicId);
    this.deserializer = new AvroDeserializer<>(registry, Revocation.class);
    this.table = table;
    this.clock = clock;
  }

  /**
   * Starts reading.
   *
   * @param consumer without a group, and without a reset of offsets: what is out of range is
   *     decided here; handed over
   * @param topic the name of {@code revocations}
   * @param topicId asks for Kafka's id of it: another topic of the same name has another
   * @param table what is kept up to date
   */
  public static RevocationsReader start(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Supplier<CompletionStage<Uuid>> topicId,
      RegistryClient registry,
      RevocationTable table,
      InstantSource clock) {
    RevocationsReader reader =
        new RevocationsReader(consumer, topic, topicId, registry, table, clock);
    reader.thread.start();
    return reader;
  }

  /** Whether everything that was there at the start has been read. */
  public boolean isComplete() {
    return complete;
  }

  /** What the reading waits for, if it does: the broker or the schema registry. */
  public Optional<String> waitingFor() {
    return waitingFor.isEmpty() ? Optional.empty() : Optional.of(waitingFor);
  }

  /** How many records could not be read. */
  public long unreadable() {
    return unreadable.get();
  }

  /** How often the table was emptied and read again. */
  public long readAgain() {
    return readAgain.get();
  }

  /** How many records of the topic are still to be read. */
  public long lag() {
    return lag;
  }

  private void run() {
    try {
      boolean assigned = false;
      while (!closing) {
        try {
          if (!assigned) {
            assign();
            assigned = true;
          }
          read();
          assigned = look.isStill(reading);
          waitingFor = "";
        } catch (WakeupException | InterruptException e) {
          log.debug("woken up");
        } catch (OffsetOutOfRangeException e) {
          log.warn("revocations: not in the log any more: {}", e.offsetOutOfRangePartitions());
          outOfRange.putAll(e.offsetOutOfRangePartitions());
          assigned = false;
        } catch (KafkaException e) {
          waitFor("revocations can't be read at the moment: " + e);
        } catch (RocksDBException e) {
          table.found(e);
          // What was read is read again: positions are written with it.
          waitFor("revocations can't be written to the table: " + e);
          assigned = false;
        } catch (RuntimeException e) {
          log.error("revocations: unexpected, going on", e);
          pause();
          assigned = false;
        }
      }
    } finally {
      consumer.close();
    }
  }

  private void assign() throws RocksDBException {
    Uuid id = look.now();
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(found -> new TopicPartition(found.topic(), found.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("no partitions of " + topic);
    }
    Map<TopicPartition, Long> last = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
    Optional<String> unfit = unfit(id, partitions, first, last);
    if (unfit.isPresent()) {
      readAgain.incrementAndGet();
      log.warn("table of revoked tokens: it is emptied and read again: {}", unfit.get());
      table.clear();
    } else if (!complete && table.writtenAt() >= 0) {
      // Made behind the start: meanwhile each token is looked up.
      filterMissing = !table.loadFilter();
    }
    reading = id;
    outOfRange.clear();
    nextSweep = System.nanoTime();
    if (!complete) {
      ends.clear();
      ends.putAll(last);
    }
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      long next =
          Math.max(table.position(partition.partition()), first.getOrDefault(partition, 0L));
      consumer.seek(partition, next);
    }
  }

  /** Why what is on disk is not to be relied on, if so; not if there is nothing. */
  private Optional<String> unfit(
      Uuid id,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> last)
      throws RocksDBException {
    long writtenAt = table.writtenAt();
    if (writtenAt < 0) {
      return Optional.empty();
    }
    if (clock.millis() - writtenAt > MAX_AGE.toMillis()) {
      return Optional.of("it is older than tombstones are kept");
    }
    Uuid known = table.topic();
    if (TopicLook.isAnother(known, id)) {
      return Optional.of(topic + " was made anew: it is " + id + ", and was " + known);
    }
    for (TopicPartition partition : partitions) {
      long next = outOfRange.getOrDefault(partition, -1L);
      // What is before the first one was dropped by the topic's retention.
      if (next >= first.getOrDefault(partition, 0L)) {
        return Optional.of(partition + " has lost records that were read, before " + next);
      }
      long end = last.getOrDefault(partition, 0L);
      long position = table.position(partition.partition());
      if (position > end) {
        return Optional.of(partition + " ends at " + end + ", and was read up to " + position);
      }
    }
    return Optional.empty();
  }

  private void read() throws RocksDBException {
    List<Change> changes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record :
        consumer.poll(complete ? POLL : POLL.dividedBy(5))) {
      @Nullable Change change = change(record);
      if (change != null) {
        changes.add(change);
      }
      if (closing) {
        return;
      }
    }
    long now = clock.millis();
    if (!changes.isEmpty() || now - notedAt >= BETWEEN_NOTES.toMillis()) {
      table.apply(changes, positions(), reading, now);
      notedAt = now;
    }
    lag =
        consumer.assignment().stream()
            .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
            .sum();
    if (!complete) {
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      complete = ends.isEmpty();
      if (complete) {
        log.info("about {} revoked tokens known", table.size());
      }
    } else if (System.nanoTime() - nextSweep >= 0) {
      nextSweep = System.nanoTime() + BETWEEN_SWEEPS.toNanos();
      sweep();
    }
  }

  private Map<Integer, Long> positions() {
    Map<Integer, Long> positions = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      positions.put(partition.partition(), consumer.position(partition));
    }
    return positions;
  }

  private void sweep() throws RocksDBException {
    Map<Integer, Long> beginnings = byNumber(consumer.beginningOffsets(consumer.assignment()));
    for (Map.Entry<Integer, Long> beginning : beginnings.entrySet()) {
      if (filterMissing || beginning.getValue() > table.beginning(beginning.getKey())) {
        table.sweep(beginnings);
        filterMissing = false;
        return;
      }
    }
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byNumber = new HashMap<>();
    offsets.forEach((partition, offset) -> byNumber.put(partition.partition(), offset));
    return byNumber;
  }

  /** What a record says; null if it can't be read, or if it is time to stop. */
  private @Nullable Change change(ConsumerRecord<byte[], byte[]> record) {
    while (!closing) {
      try {
        Token token = new Token(new String(record.key(), StandardCharsets.US_ASCII));
        long since =
            record.value() == null ? -1 : Math.max(0, deserializer.read(record.value()).getSince());
        return new Change(token.bytes(), since, record.partition(), record.offset());
      } catch (RegistryException.Unavailable e) {
        waitFor("revocations wait for the schema registry: " + e.getMessage());
      } catch (RuntimeException e) {
        unreadable.incrementAndGet();
        log.warn(
            "unreadable record left out: {} partition {} offset {}: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            reason(e));
        return null;
      }
    }
    return null;
  }

  /** Without the key: it may be all but a token. */
  private static String reason(RuntimeException e) {
    return e instanceof SerializationException ? e.toString() : e.getClass().getSimpleName();
  }

  private void waitFor(String reason) {
    waitingFor = reason;
    if (System.nanoTime() - nextLine >= 0) {
      nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
      log.warn("{}", reason);
    }
    pause();
  }

  private void pause() {
    try {
      if (closed.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("asked to stop");
      }
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    closed.countDown();
    // Not interrupted: the consumer would take that for its own and not close in order.
    consumer.wakeup();
    thread.join();
  }
}
