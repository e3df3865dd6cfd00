package dev.tidings.ingest.revoked;

import dev.tidings.ingest.revoked.RevocationTable.Change;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.log.SeldomLog;
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
 * Keeps the {@link RevocationTable} up to date with the topic, in a dedicated thread, while the
 * service runs, and resumes at the last position. It waits for an absent broker or registry; an
 * unreadable record is logged and skipped. The table is emptied and read again, at the start and
 * later, if the topic was recreated, if it has less than was read, or if the table is older than
 * tombstones are kept.
 */
public final class RevocationsReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevocationsReader.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** How often the time at which the table was at the end is written to disk. */
  private static final Duration BETWEEN_NOTES = Duration.ofMinutes(1);

  /** How often tokens that the topic no longer has are deleted. */
  private static final Duration BETWEEN_SWEEPS = Duration.ofHours(6);

  /** Kafka keeps a tombstone for a day: an older table may have missed one. */
  private static final Duration MAX_AGE = Duration.ofHours(20);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final TopicLook look;
  private final AvroDeserializer<Revocation> deserializer;
  private final RevocationTable table;
  private final InstantSource clock;
  private final AtomicLong unreadable = new AtomicLong();
  private final SeldomLog leftOut = new SeldomLog(log);
  private final AtomicLong readAgain = new AtomicLong();
  private final Thread thread =
      Thread.ofPlatform().name("revocations").daemon().unstarted(this::run);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean complete;
  private volatile boolean closing;
  private volatile String waitingFor = "";
  private volatile long lag;

  // Confined to the thread.

  private long nextLine = System.nanoTime();
  private long nextSweep;
  private long notedAt;
  private boolean filterMissing;
  private Uuid reading = Uuid.ZERO_UUID;

  /** The offsets to be read next that the broker reported as out of range. */
  private final Map<TopicPartition, Long> outOfRange = new HashMap<>();

  /** The end offsets at the start of those partitions that have not reached them yet. */
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
   * @param consumer without a group and without automatic offset reset, because offsets out of
   *     range are handled here; closed by the reader
   * @param topic the name of {@code revocations}
   * @param topicId looks up Kafka's id of the topic: a recreated topic has another id
   * @param table the table to keep up to date
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

  /** Returns whether all records that existed at the start have been read. */
  public boolean isComplete() {
    return complete;
  }

  /** Returns what reading waits for, if anything: the broker or the schema registry. */
  public Optional<String> waitingFor() {
    return waitingFor.isEmpty() ? Optional.empty() : Optional.of(waitingFor);
  }

  /** Returns the number of unreadable records. */
  public long unreadable() {
    return unreadable.get();
  }

  /** Returns how often the table was emptied and read again. */
  public long readAgain() {
    return readAgain.get();
  }

  /** Returns the number of records of the topic that are not read yet. */
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
          // The last records are read again: positions are written together with them.
          waitFor("revocations can't be written to the table: " + e);
          assigned = false;
        } catch (RuntimeException e) {
          log.error("revocations: unexpected failure, reading goes on", e);
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
      // The filter is built after the start: until then each token is looked up.
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

  /** Returns why the table on disk cannot be used, if so; empty if there is no table. */
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
      // Offsets before the first one were dropped by the topic's retention.
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

  /** Returns the change in a record; null if it is unreadable, or the reader must stop. */
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
        leftOut.warn(
            "unreadable record left out: %s partition %d offset %d: %s"
                .formatted(record.topic(), record.partition(), record.offset(), reason(e)));
        return null;
      }
    }
    return null;
  }

  /** Returns the reason without the key, which may be nearly a token. */
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
    // Not interrupted: an interrupt would keep the consumer from closing properly.
    consumer.wakeup();
    thread.join();
  }
}
