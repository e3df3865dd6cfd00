package dev.tidings.ingest.trace.table;

import dev.tidings.ingest.trace.index.HistoryKeeper;
import dev.tidings.ingest.trace.index.IndexTime;
import dev.tidings.ingest.trace.index.ReceiptFacts;
import dev.tidings.schemas.registry.client.RegistryClient;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Maintains one partition of the table: adds receipts, and periodically sweeps a range to delete
 * receipts that the topic no longer has either, for which Kafka writes no tombstones.
 */
final class ReceiptProcessor implements Processor<Bytes, byte[], Void, Void> {
  private static final Duration WALK_EVERY = Duration.ofSeconds(10);
  private static final int WALK_RECORDS = 20_000;
  private static final Duration HISTORY_EVERY = Duration.ofMillis(100);

  /**
   * How many receipts a sweep reads per new receipt, so that the table cannot grow faster than it
   * is swept.
   */
  private static final int WALK_FOR_EACH = 2;

  /**
   * Writes the final receipt of a notification again, behind one that came too late. The topic
   * keeps what was said last, and a table that is restored from it has nothing else.
   */
  @FunctionalInterface
  interface FinalReceiptRewriter {
    /** Returns when the log has it, or if it can't be written now. */
    void write(int partition, Bytes key, byte[] receipt);
  }

  private final Positions positions;
  private final Duration retention;
  private final LastWord lastWord;
  private final FinalReceiptRewriter endAgain;
  private final RegistryClient registry;
  private final Optional<IndexTime> indexTime;
  private @Nullable HistoryKeeper history;
  private @Nullable Cancellable historyTurns;
  private @Nullable ProcessorContext<Void, Void> context;
  private @Nullable TimestampedKeyValueStore<Bytes, byte[]> store;
  private @Nullable Bytes walked;
  private long taken;

  /**
   * A lower bound of the time of all receipts in the table, in milliseconds since the epoch;
   * unknown at first.
   */
  private long oldest = Long.MIN_VALUE;

  /** Oldest receipt kept by the current sweep or added since it began. */
  private long oldestLeft = Long.MAX_VALUE;

  /**
   * @param indexTime how long may be worked on the index of the history; empty if none is kept
   */
  ReceiptProcessor(
      Positions positions,
      Duration retention,
      RegistryClient registry,
      FinalReceiptRewriter endAgain,
      Optional<IndexTime> indexTime) {
    this.indexTime = indexTime;
    this.registry = registry;
    this.lastWord = new LastWord(registry);
    this.endAgain = endAgain;
    this.positions = positions;
    this.retention = retention;
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
    TimestampedKeyValueStore<Bytes, byte[]> receipts = context.getStateStore(TraceTopology.STORE);
    this.store = receipts;
    this.history =
        indexTime
            .map(time ->
                new HistoryKeeper(
                    receipts,
                    context.<KeyValueStore<Bytes, byte[]>>getStateStore(TraceTopology.INDEX),
                    retention,
                    registry,
                    time))
            .orElse(null);
    positions.forget(context.taskId().partition());
    context.schedule(WALK_EVERY, PunctuationType.WALL_CLOCK_TIME, this::walk);
    wakeHistory();
  }

  @Override
  public void process(Record<Bytes, byte[]> receipt) {
    TimestampedKeyValueStore<Bytes, byte[]> table = store;
    ProcessorContext<Void, Void> at = context;
    if (table == null || at == null) {
      throw new IllegalStateException("process() before init()");
    }
    if (receipt.key() != null) {
      taken++;
      oldest = Math.min(oldest, receipt.timestamp());
      oldestLeft = Math.min(oldestLeft, receipt.timestamp());
      put(table, receipt, at.taskId().partition());
    }
    at.recordMetadata().ifPresent(found -> positions.taken(found.partition(), found.offset()));
  }

  private void put(
      TimestampedKeyValueStore<Bytes, byte[]> table, Record<Bytes, byte[]> receipt, int partition) {
    byte @Nullable [] value = receipt.value();
    HistoryKeeper index = history;
    if (value == null) {
      @Nullable ValueAndTimestamp<byte[]> gone = table.delete(receipt.key());
      if (index != null && gone != null) {
        index.forget(receipt.key(), gone.value());
      }
      return;
    }
    @Nullable ReceiptFacts facts = index == null ? null : index.read(value);
    if (isPending(value, facts)) {
      @Nullable ValueAndTimestamp<byte[]> standing = table.get(receipt.key());
      if (standing != null && lastWord.hasEnded(standing.value(), value)) {
        endAgain.write(partition, receipt.key(), standing.value());
        return;
      }
    }
    table.put(receipt.key(), ValueAndTimestamp.make(value, receipt.timestamp()));
    if (index != null) {
      index.take(receipt.key(), facts);
      if (index.hasUnwritten()) {
        wakeHistory();
      }
    }
  }

  /** What the index has read need not be read again. */
  private boolean isPending(byte[] value, @Nullable ReceiptFacts facts) {
    return facts == null ? lastWord.isPending(value) : facts.pending();
  }

  /** Only while there is something to do: a thread that is called often takes fewer at once. */
  private void wakeHistory() {
    HistoryKeeper index = history;
    ProcessorContext<Void, Void> at = context;
    if (index == null || at == null || historyTurns != null) {
      return;
    }
    historyTurns =
        at.schedule(
            HISTORY_EVERY,
            PunctuationType.WALL_CLOCK_TIME,
            now -> {
              if (!index.goOn(now)) {
                sleepHistory();
              }
            });
  }

  private void sleepHistory() {
    Cancellable turns = historyTurns;
    historyTurns = null;
    if (turns != null) {
      turns.cancel();
    }
  }

  private void walk(long nowMillis) {
    TimestampedKeyValueStore<Bytes, byte[]> table = store;
    HistoryKeeper index = history;
    if (table == null) {
      return;
    }
    wakeHistory();
    long since = nowMillis - retention.toMillis();
    long most = Math.max(WALK_RECORDS, WALK_FOR_EACH * taken);
    taken = 0;
    if (walked == null) {
      if (oldest >= since) {
        return;
      }
      oldestLeft = Long.MAX_VALUE;
    }
    Bytes last = null;
    long count = 0;
    try (KeyValueIterator<Bytes, ValueAndTimestamp<byte[]>> receipts = table.range(walked, null)) {
      while (receipts.hasNext() && count < most) {
        KeyValue<Bytes, ValueAndTimestamp<byte[]>> receipt = receipts.next();
        if (receipt.value.timestamp() < since) {
          table.delete(receipt.key);
          if (index != null) {
            index.forget(receipt.key, receipt.value.value());
          }
        } else {
          oldestLeft = Math.min(oldestLeft, receipt.value.timestamp());
        }
        last = receipt.key;
        count++;
      }
    }
    if (count < most) {
      checkEnd(table, last == null ? walked : last);
      // End of the sweep: the next one begins as soon as there can be receipts to delete.
      walked = null;
      oldest = oldestLeft;
    } else {
      walked = last;
    }
  }

  /**
   * Checks the end of a sweep: receipts after a damaged block would never be deleted. The table may
   * be empty after a sweep.
   */
  private static void checkEnd(
      TimestampedKeyValueStore<Bytes, byte[]> table, @Nullable Bytes walkedTo) {
    try (KeyValueIterator<Bytes, ValueAndTimestamp<byte[]>> backwards = table.reverseAll()) {
      if (backwards.hasNext()) {
        ReceiptScan.checkEnd(walkedTo, null, backwards.peekNextKey());
      }
    }
  }

  @Override
  public void close() {
    HistoryKeeper index = history;
    if (index != null) {
      index.write();
    }
    if (context != null) {
      positions.forget(context.taskId().partition());
    }
  }
}
