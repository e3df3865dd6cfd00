package dev.tidings.service.table;

import dev.tidings.service.kafka.LeaderlessPartitions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the records of a topic into a {@link LocalTable}, and decides when the table has to be
 * emptied and read again. For one thread, except for what it tells.
 *
 * @param <C> what a record changes in the table
 */
final class TableFollower<C> {
  private static final Logger log = LoggerFactory.getLogger(TableReader.class);
  private static final Duration POLL = Duration.ofMillis(500);

  /** How long leaders have to answer before it is said which partition has none. */
  private static final Duration LEADER_WAIT = Duration.ofSeconds(10);

  /** How often the table learns that it was at the end, without a change. */
  private static final Duration BETWEEN_NOTES = Duration.ofMinutes(1);

  /** How often what the topic no longer has is deleted. */
  private static final Duration BETWEEN_TRIMS = Duration.ofHours(6);

  private final String name;
  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final TopicLook look;
  private final Changes<C> decoder;
  private final LocalTable<C> table;
  private final InstantSource clock;
  private final TableFit fit;
  private final AtomicLong readAgain = new AtomicLong();
  private boolean complete;
  private volatile boolean whole;
  private volatile long lag;

  private boolean assigned;
  private long nextTrim;
  private long nextNote = System.nanoTime();

  /** When the table was last known to be at the end of the topic, or began at its beginning. */
  private long currentAt;

  private Uuid reading = Uuid.ZERO_UUID;

  /** The end offsets at the beginning of those partitions that have not reached them yet. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  /** Who wants to know when the end is read that the topic has when they ask. */
  private final Queue<CompletableFuture<Void>> asked = new ConcurrentLinkedQueue<>();

  private final List<Waiting> waiting = new ArrayList<>();

  /** Somebody who waits until these positions are reached. */
  private record Waiting(Map<TopicPartition, Long> ends, CompletableFuture<Void> read) {}

  /** Decodes records, and waits for what that needs. */
  interface Changes<C> {
    /** Returns the change in a record; null if there is none, or the reader must stop. */
    @Nullable C in(ConsumerRecord<byte[], byte[]> record);

    boolean mustStop();
  }

  /**
   * @param name of what is read, in log lines
   */
  TableFollower(
      String name,
      TableSource source,
      Changes<C> decoder,
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
  }

  /** Returns whether the table has all records that existed when reading began. Thread-safe. */
  boolean isWhole() {
    return whole;
  }

  /** Returns how often the table was emptied and read again. Thread-safe. */
  long readAgain() {
    return readAgain.get();
  }

  /** Returns the number of records of the topic that are not read yet. Thread-safe. */
  long lag() {
    return lag;
  }

  /** Completes when everything has been read that the topic has now. Thread-safe. */
  CompletableFuture<Void> readToEnd() {
    CompletableFuture<Void> read = new CompletableFuture<>();
    asked.add(read);
    return read;
  }

  /** Reads what there is, or waits a moment for it. */
  void turn() throws RocksDBException {
    if (!assigned || fit.isOld(currentAt, clock.millis())) {
      assign();
      assigned = true;
    }
    read();
    assigned = look.isStill(reading);
  }

  /** The next turn continues at the table's position. */
  void reassign() {
    assigned = false;
  }

  /** The log has nothing at these offsets, which were to be read next. */
  void outOfRange(Map<TopicPartition, Long> offsets) {
    fit.outOfRange(offsets);
    assigned = false;
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
    Map<TopicPartition, Long> last = ends(partitions);
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

  /** The whole table is needed: without a leader of each partition it is not read. */
  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    try {
      return consumer.endOffsets(partitions, LEADER_WAIT);
    } catch (TimeoutException e) {
      throw LeaderlessPartitions.why(consumer, topic, e);
    }
  }

  private void read() throws RocksDBException {
    List<C> changes = new ArrayList<>();
    long before = clock.millis();
    lookForEnd();
    ConsumerRecords<byte[], byte[]> records = consumer.poll(whole ? POLL : POLL.dividedBy(5));
    // The consumer is behind these records now: if anything fails before they are in the table,
    // the next turn continues at the table's position.
    assigned = records.isEmpty();
    // While a record waits for its schema, what is behind it waits too.
    lag = records.count() + unfetched();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      @Nullable C change = decoder.in(record);
      if (change != null) {
        changes.add(change);
      }
      if (decoder.mustStop()) {
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
    waiting.removeIf(this::isOver);
  }

  private void lookForEnd() {
    for (CompletableFuture<Void> read = asked.peek(); read != null; read = asked.peek()) {
      waiting.add(new Waiting(consumer.endOffsets(consumer.assignment()), read));
      asked.remove();
    }
  }

  private boolean isOver(Waiting one) {
    boolean over =
        one.ends().entrySet().stream()
            .allMatch(end ->
                consumer.assignment().contains(end.getKey())
                    && consumer.position(end.getKey()) >= end.getValue());
    return over && one.read().complete(null);
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
}
