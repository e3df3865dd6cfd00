package dev.tidings.ingest.trace.table;

import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.internals.StateStoreProvider;
import org.jspecify.annotations.Nullable;

/**
 * A partition of this node, while this node has it; for one look-up, or some in a row. It is read
 * by {@link KafkaStreams#store}, not by {@link KafkaStreams#query}: that takes the lock of the
 * store's position and then the one of the store, the stream thread takes them the other way round,
 * and both wait for ever (KAFKA-19629).
 */
final class ServedPart implements ReceiptScan.Part {
  /**
   * The store itself. Kafka Streams' own types look for it anew at each look-up, which takes longer
   * than to look up.
   */
  private static final QueryableStoreType<ReadOnlyKeyValueStore<Bytes, ValueAndTimestamp<byte[]>>>
      ITSELF =
          new QueryableStoreType<>() {
            private final QueryableStoreType<
                    ReadOnlyKeyValueStore<Bytes, ValueAndTimestamp<byte[]>>>
                own = QueryableStoreTypes.timestampedKeyValueStore();

            @Override
            public boolean accepts(StateStore found) {
              return own.accepts(found);
            }

            @Override
            public ReadOnlyKeyValueStore<Bytes, ValueAndTimestamp<byte[]>> create(
                StateStoreProvider provider, String name) {
              return provider.stores(name, own).stream()
                  .findFirst()
                  .orElseThrow(() -> new InvalidStateStoreException(name + " is not here"));
            }
          };

  private final KafkaStreams streams;
  private final int partition;
  private @Nullable ReadOnlyKeyValueStore<Bytes, byte[]> store;
  private @Nullable ReadOnlyKeyValueStore<Bytes, ValueAndTimestamp<byte[]>> itself;

  ServedPart(KafkaStreams streams, int partition) {
    this.streams = streams;
    this.partition = partition;
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> from(Bytes first) {
    return store().range(first, null);
  }

  @Override
  public @Nullable Bytes last() {
    try (KeyValueIterator<Bytes, byte[]> backwards = store().reverseAll()) {
      return backwards.hasNext() ? backwards.next().key : null;
    }
  }

  /** Returns the value of a key; null if there is none. */
  byte @Nullable [] get(Bytes key) {
    ReadOnlyKeyValueStore<Bytes, ValueAndTimestamp<byte[]>> found = itself;
    if (found == null) {
      found = find(ITSELF);
      itself = found;
    }
    @Nullable ValueAndTimestamp<byte[]> value = found.get(key);
    return value == null ? null : value.value();
  }

  /** Found once: it fails by itself as soon as the partition has moved. */
  private ReadOnlyKeyValueStore<Bytes, byte[]> store() {
    ReadOnlyKeyValueStore<Bytes, byte[]> found = store;
    if (found == null) {
      found = find(QueryableStoreTypes.keyValueStore());
      store = found;
    }
    return found;
  }

  private <T> T find(QueryableStoreType<T> type) {
    try {
      return streams.store(
          StoreQueryParameters.fromNameAndType(TraceTopology.STORE, type).withPartition(partition));
    } catch (InvalidStateStoreException e) {
      throw new NotServedException("the trace table's partition is being moved or restored");
    } catch (IllegalStateException e) {
      throw new NotServedException("the trace table is stopped");
    }
  }

  /** The partition cannot be read on this node at the moment. */
  static final class NotServedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String why;

    NotServedException(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    String why() {
      return why;
    }
  }
}
