package dev.tidings.service.table;

import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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
 * Keeps a {@link LocalTable} up to date with its topic, in a dedicated thread, while the service
 * runs, and resumes at the table's position. It waits for an absent broker or registry; an
 * unreadable record is logged and skipped. The table is emptied and read again, at the start and
 * later, if the topic was recreated, if it has less than was read, or if the table is older than
 * tombstones are kept. Thread-safe.
 *
 * @param <C> what a record changes in the table
 */
public final class TableReader<C> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TableReader.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  /** How often the table learns that it was at the end, without a change. */
  private static final Duration BETWEEN_NOTES = Duration.ofMinutes(1);

  /** How often what the topic no longer has is deleted. */
  private static final Duration BETWEEN_TRIMS = Duration.ofHours(6);

  private final String name;
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final TopicLook look;
  private final TableDecoder<C> decoder;
  private final LocalTable<C> table;
  private final InstantSource clock;
  private final AtomicLong unreadable = new AtomicLong();
  private final SeldomLog skipped = new SeldomLog(log);
  private final AtomicLong readAgain = new AtomicLong();
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean complete;
  private volatile boolean whole;
  private volatile boolean closing;
  private volatile String waitingFor = "";
  private volatile long lag;

  // Confined to the thread.

  private final TableFit fit;
  private long nextLine = System.nanoTime();
  private long nextTrim;
  private long nextNote = System.nanoTime();

  /** When the table was last known to be at the end of the topic, or began at its beginning. */
  private long currentAt;

  private Uuid reading = Uuid.ZERO_UUID;

  /** The end offsets at the beginning of those partitions that have not reached them yet. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private TableReader(
      String name,
      TableSource source,
      TableDecoder<C> decoder,
      LocalTable<C> table,
      InstantSource clock) {
    this.name = name;
    this.consumer = source.consumer();
    this.topic = source.topic();
    this.look = new TopicLook(source.topic(), source.topicId());
    this.decoder = decoder;
    this.table = table;
    this.fit = new TableFit(table, source.topic());
    this.clock = clock;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /**
   * Starts reading.
   *
   * @param name of the thread, and of what is read in log lines: a plural
   * @param table the table to keep up to date
   */
  public static <C> TableReader<C> start(
      String name,
      TableSource source,
      TableDecoder<C> decoder,
      LocalTable<C> table,
      InstantSource clock) {
    TableReader<C> reader = new TableReader<>(name, source, decoder, table, clock);
    reader.thread.start();
    return reader;
  }

  /** Returns whether all records that existed at the start have been read. */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Returns whether the table has all records that existed when reading began; it is not so again
   * from before the table is emptied until it has been read again.
   */
  public boolean isWhole() {
    return whole;
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
          if (!assigned || fit.isOld(currentAt, clock.millis())) {
            assign();
            assigned = true;
          }
          read();
          assigned = look.isStill(reading);
          waitingFor = "";
        } catch (WakeupException | InterruptException e) {
          log.debug("woken up");
        } catch (OffsetOutOfRangeException e) {
          log.warn("{}: not in the log any more: {}", name, e.offsetOutOfRangePartitions());
          fit.outOfRange(e.offsetOutOfRangePartitions());
          assigned = false;
        } catch (KafkaException e) {
          waitFor(name + " can't be read at the moment: " + e);
        } catch (RocksDBException e) {
          table.failed(e);
          // The last records are read again: positions are written together with them.
          waitFor(name + " can't be written to the table: " + e);
          assigned = false;
        } catch (RuntimeException e) {
          log.error("{}: unexpected failure, reading goes on", name, e);
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
    Optional<String> unfit = fit.unfit(id, partitions, first, last, clock.millis());
    if (unfit.isPresent()) {
      readAgain.incrementAndGet();
      log.warn("{}: the table is emptied and read again: {}", name, unfit.get());
      // First: whoever finds nothing must be able to tell why.
      whole = false;
      table.clear();
    } else if (!complete && table.writtenAt() >= 0) {
      table.resumed();
    }
    long writtenAt = table.writtenAt();
    currentAt = writtenAt < 0 ? clock.millis() : writtenAt;
    nextNote = System.nanoTime();
    reading = id;
    fit.inRange();
    nextTrim = System.nanoTime();
    if (!whole) {
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

  private void read() throws RocksDBException {
    List<C> changes = new ArrayList<>();
    long before = clock.millis();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(whole ? POLL : POLL.dividedBy(5));
    // While a record waits for its schema, what is behind it waits too.
    lag = records.count() + unfetched();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      @Nullable C change = change(record);
      if (change != null) {
        changes.add(change);
      }
      if (closing) {
        return;
      }
    }
    boolean current =
        System.nanoTime() - nextNote >= 0 && (changes.isEmpty() ? isAtEnd() : hasNoLag());
    if (current) {
      currentAt = before;
      nextNote = System.nanoTime() + BETWEEN_NOTES.toNanos();
    }
    if (!changes.isEmpty() || current) {
      table.apply(changes, positions(), reading, currentAt);
    }
    lag = unfetched();
    if (!whole) {
      ends.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
      if (ends.isEmpty()) {
        whole = true;
        if (!complete) {
          complete = true;
          table.completed();
        }
      }
    } else if (System.nanoTime() - nextTrim >= 0) {
      nextTrim = System.nanoTime() + BETWEEN_TRIMS.toNanos();
      table.trim(
          consumer.beginningOffsets(consumer.assignment()).entrySet().stream()
              .collect(Collectors.toMap(first -> first.getKey().partition(), Map.Entry::getValue)));
    }
  }

  /** The client may know an older end than its position for a moment: that is no lag. */
  private long unfetched() {
    return consumer.assignment().stream()
        .mapToLong(partition -> Math.max(0, consumer.currentLag(partition).orElse(0)))
        .sum();
  }

  /**
   * Asks the brokers whether everything has been read. A poll that returns nothing does not say so:
   * it returns nothing while the brokers cannot be reached, too.
   */
  private boolean isAtEnd() {
    return consumer.endOffsets(consumer.assignment()).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** Returns whether the records that a poll has just returned were the last ones. */
  private boolean hasNoLag() {
    return consumer.assignment().stream()
        .allMatch(partition -> consumer.currentLag(partition).orElse(-1) == 0);
  }

  private Map<Integer, Long> positions() {
    return consumer.assignment().stream()
        .collect(Collectors.toMap(TopicPartition::partition, consumer::position));
  }

  /** Returns the change in a record; null if there is none, or the reader must stop. */
  private @Nullable C change(ConsumerRecord<byte[], byte[]> record) {
    while (!closing) {
      try {
        return decoder.decode(record);
      } catch (RegistryException.Unavailable e) {
        waitFor(name + " wait for the schema registry: " + e.getMessage());
      } catch (RuntimeException e) {
        unreadable.incrementAndGet();
        skipped.warn(
            "unreadable record left out: %s partition %d offset %d: %s"
                .formatted(record.topic(), record.partition(), record.offset(), reason(e)));
        return decoder.unreadable(record);
      }
    }
    return null;
  }

  /** Returns the reason without the key, which may be a secret. */
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
