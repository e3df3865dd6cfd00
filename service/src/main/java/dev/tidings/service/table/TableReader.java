package dev.tidings.service.table;

import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
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
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final String name;
  private final Consumer<byte[], byte[]> consumer;
  private final Supplier<String> damaged;
  private final TableDecoder<C> decoder;
  private final LocalTable<C> table;
  private final TableFollower<C> follower;
  private final AtomicLong unreadable = new AtomicLong();
  private final SeldomLog skipped = new SeldomLog(log);
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile String waitingFor = "";

  /** When the next line about what is waited for may be logged. Confined to the thread. */
  private long nextLine = System.nanoTime();

  private TableReader(
      String name,
      TableSource source,
      TableDecoder<C> decoder,
      LocalTable<C> table,
      InstantSource clock) {
    this.name = name;
    this.consumer = source.consumer();
    this.damaged = source.damaged();
    this.decoder = decoder;
    this.table = table;
    this.follower = new TableFollower<>(name, source, new Changes(), table, clock);
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

  /**
   * Returns whether the table has all records that existed when reading began; it is not so again
   * from before the table is emptied until it has been read again.
   */
  public boolean isWhole() {
    return follower.isWhole();
  }

  /**
   * Returns when everything has been read that the topic has now; never, if reading ends before.
   * The table may have been emptied meanwhile: see {@link #isWhole}.
   */
  public CompletionStage<Void> readToEnd() {
    CompletionStage<Void> read = follower.readToEnd();
    // It may be waiting for records.
    consumer.wakeup();
    return read;
  }

  /**
   * Returns what reading waits for, if anything: the broker, the schema registry, or an intact copy
   * of a damaged batch.
   */
  public Optional<String> waitingFor() {
    String now = waitingFor;
    return Optional.of(now.isEmpty() ? damaged.get() : now).filter(what -> !what.isEmpty());
  }

  /** Returns the number of unreadable records. */
  public long unreadable() {
    return unreadable.get();
  }

  /** Returns how often the table was emptied and read again. */
  public long readAgain() {
    return follower.readAgain();
  }

  /** Returns the number of records of the topic that are not read yet. */
  public long lag() {
    return follower.lag();
  }

  private void run() {
    try {
      while (!closing) {
        turn();
      }
    } finally {
      consumer.close();
    }
  }

  private void turn() {
    try {
      follower.turn();
      waitingFor = "";
    } catch (WakeupException | InterruptException e) {
      log.debug("woken up");
    } catch (OffsetOutOfRangeException e) {
      log.warn("{}: not in the log any more: {}", name, e.offsetOutOfRangePartitions());
      follower.outOfRange(e.offsetOutOfRangePartitions());
    } catch (KafkaException e) {
      waitFor(name + " can't be read at the moment: " + e);
    } catch (RocksDBException e) {
      table.failed(e);
      // The last records are read again: positions are written together with them.
      waitFor(name + " can't be written to the table: " + e);
      follower.reassign();
    } catch (RuntimeException e) {
      log.error("{}: unexpected failure, reading goes on", name, e);
      pause();
      follower.reassign();
    }
  }

  /** Waits for the registry; an unreadable record is logged and skipped. */
  private final class Changes implements TableFollower.Changes<C> {
    @Override
    public @Nullable C in(ConsumerRecord<byte[], byte[]> record) {
      return change(record);
    }

    @Override
    public boolean mustStop() {
      return closing;
    }
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
