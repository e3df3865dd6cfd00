package dev.tidings.ingest.trace.index;

import dev.tidings.service.rocks.DamagedTableException;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** This node's parts of the index, for those who read them. Thread-safe; blocks. */
public final class HistoryIndex {
  private static final String MOVING = "a part of the history is being moved or restored";

  private final Supplier<KafkaStreams> streams;
  private final String store;
  private final Consumer<DamagedTableException> damaged;

  /**
   * @param damaged told if rows cannot be read
   */
  public HistoryIndex(
      Supplier<KafkaStreams> streams, String store, Consumer<DamagedTableException> damaged) {
    this.streams = streams;
    this.store = store;
    this.damaged = damaged;
  }

  /** A partition cannot be read on this node at the moment. */
  public static final class NotServedException extends Exception {
    private static final long serialVersionUID = 1;

    private final String why;

    public NotServedException(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    /** Returns what is told to who has asked. */
    public String why() {
      return why;
    }
  }

  /** Looks through rows of a partition. */
  public IndexScan.Result scan(int partition, IndexScan scan, IndexScan.Bound bound)
      throws NotServedException {
    return read(partition, rows -> scan.over(rows, bound));
  }

  /**
   * Returns the counts of an app in a partition, by day.
   *
   * @param from the first day, counted from the epoch
   * @param to the last day
   */
  public SortedMap<Long, DayCounts> counts(int partition, String app, long from, long to)
      throws NotServedException {
    return read(partition, rows -> counts(rows, app, from, to));
  }

  /** Returns the counts of an app in a store, by day. */
  public static SortedMap<Long, DayCounts> counts(
      ReadOnlyKeyValueStore<Bytes, byte[]> rows, String app, long from, long to) {
    SortedMap<Long, DayCounts> counts = new TreeMap<>();
    Bytes last = DayCounts.key(app, to);
    try (KeyValueIterator<Bytes, byte[]> each = rows.range(DayCounts.key(app, from), null)) {
      while (each.hasNext()) {
        KeyValue<Bytes, byte[]> next = each.next();
        if (next.key.compareTo(last) > 0) {
          return counts;
        }
        counts.put(DayCounts.day(next.key), DayCounts.parse(next.value));
      }
    }
    throw new DamagedTableException("the index of the history: not all counts can be read");
  }

  private <T> T read(int partition, Function<ReadOnlyKeyValueStore<Bytes, byte[]>, T> reading)
      throws NotServedException {
    try {
      ReadOnlyKeyValueStore<Bytes, byte[]> rows =
          streams
              .get()
              .store(
                  StoreQueryParameters.fromNameAndType(
                          store, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())
                      .withPartition(partition));
      byte @Nullable [] state = rows.get(IndexedRows.STATE);
      if (state == null || state[0] != IndexedRows.COMPLETE) {
        throw new NotServedException("a part of the history is being indexed");
      }
      return reading.apply(rows);
    } catch (InvalidStateStoreException e) {
      throw new NotServedException(MOVING);
    } catch (DamagedTableException e) {
      damaged.accept(e);
      throw new NotServedException("the index of the history is damaged, and made anew");
    } catch (IllegalStateException e) {
      throw new NotServedException("the history is stopped");
    }
  }
}
