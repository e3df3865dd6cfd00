package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.service.rocks.WholeWalk;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The records of {@code broadcasts} in one partition. Confined to the task's thread. */
final class BroadcastRecords {
  private final KeyValueStore<Bytes, byte[]> store;
  private final int partition;

  BroadcastRecords(KeyValueStore<Bytes, byte[]> store, int partition) {
    this.store = store;
    this.partition = partition;
  }

  byte @Nullable [] get(BroadcastKey key) {
    return store.get(Bytes.wrap(key.bytes()));
  }

  byte @Nullable [] get(BroadcastKey key, Kind kind) {
    return get(key.of(kind));
  }

  void put(BroadcastKey key, byte @Nullable [] value) {
    store.put(Bytes.wrap(key.bytes()), value);
  }

  /** Shows all records; those about one broadcast come together, the request first. */
  void each(BiConsumer<BroadcastKey, byte[]> look) {
    @Nullable Bytes last = null;
    try (KeyValueIterator<Bytes, byte[]> rows = store.all()) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        last = row.key;
        BroadcastKey.parse(row.key.get())
            .filter(key -> key.partition() == partition)
            .ifPresent(key -> look.accept(key, row.value));
      }
    }
    WholeWalk.check("broadcasts", last, store);
  }
}
