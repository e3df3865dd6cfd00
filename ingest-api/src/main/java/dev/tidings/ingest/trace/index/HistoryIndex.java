package dev.tidings.ingest.trace.index;

import dev.tidings.service.rocks.DamagedTableException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
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
  /** Why counts are not told. */
  public static final String TOO_MANY =
      "there are too many categories on these days: ask for fewer days";

  /** How many counts of an app are read: of so many days and categories. */
  private static final int MOST_COUNTS = 50_000;

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
   * Returns the counts of an app in a partition, by day and category.
   *
   * @param from the first day, counted from the epoch
   * @param to the last day
   */
  public Map<DayCounts.Of, DayCounts> counts(int partition, String app, long from, long to)
      throws NotServedException {
    return read(partition, rows -> counts(rows, app, from, to));
  }

  /**
   * Returns the counts of an app in a store, by day and category.
   *
   * @throws NotServedException if there are too many
   */
  public static Map<DayCounts.Of, DayCounts> counts(
      ReadOnlyKeyValueStore<Bytes, byte[]> rows, String app, long from, long to)
      throws NotServedException {
    Map<DayCounts.Of, DayCounts> counts = new HashMap<>();
    Bytes behind = DayCounts.first(app, to == Long.MAX_VALUE ? to : to + 1);
    try (KeyValueIterator<Bytes, byte[]> each = rows.range(DayCounts.first(app, from), null)) {
      while (each.hasNext()) {
        KeyValue<Bytes, byte[]> next = each.next();
        if (next.key.compareTo(behind) >= 0) {
          return counts;
        }
        if (counts.size() == MOST_COUNTS) {
          throw new NotServedException(TOO_MANY);
        }
        counts.put(DayCounts.of(app, next.key), DayCounts.parse(next.value));
      }
    }
    throw new DamagedTableException("the index of the history: not all counts can be read");
  }

  /** Reads a store. */
  @FunctionalInterface
  private interface Reading<T> {
    T of(ReadOnlyKeyValueStore<Bytes, byte[]> rows) throws NotServedException;
  }

  private <T> T read(int partition, Reading<T> reading) throws NotServedException {
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
      return reading.of(rows);
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
