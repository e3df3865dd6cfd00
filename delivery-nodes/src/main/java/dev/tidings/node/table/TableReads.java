package dev.tidings.node.table;

import dev.tidings.node.table.TablePartition.Unseen;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a partition of a {@link DeviceTable}: from its store, and from the node's
 * own writes that are not in the store yet. Blocks on the store and the registry. Thread-safe.
 *
 * @param <V> the type of the records
 */
final class TableReads<V extends SpecificRecord> {
  /** Records scanned per turn, so that other readers get theirs soon. */
  private static final int SEEN_AT_ONCE = 512;

  private final ThreadLocal<AvroDeserializer<V>> deserializer;
  private final TableRule<V> rule;

  TableReads(Supplier<AvroDeserializer<V>> deserializers, TableRule<V> rule) {
    this.deserializer = ThreadLocal.withInitial(deserializers);
    this.rule = rule;
  }

  @Nullable V get(TablePartition<V> partition, Bytes key) {
    @Nullable Unseen<V> unseen = partition.unseen(key);
    if (unseen != null) {
      return unseen.value();
    }
    return value(partition.store.get(key));
  }

  /** Returns the records of a device by their names, no more than the limit. */
  Map<String, V> all(TablePartition<V> partition, DeviceId device, int limit) {
    // Taken before the store is read, which may contain them by then.
    Map<Bytes, Unseen<V>> unseen = partition.unseen();
    Map<String, V> all = new TreeMap<>();
    byte[] prefix = DeviceKey.prefix(device);
    try (KeyValueIterator<Bytes, byte[]> found =
        partition.store.prefixScan(prefix, new ByteArraySerializer())) {
      while (all.size() < limit && found.hasNext()) {
        KeyValue<Bytes, byte[]> next = found.next();
        @Nullable V value = unseen.containsKey(next.key) ? null : valueIfReadable(next.value);
        if (value != null) {
          all.put(DeviceKey.parse(next.key.get()).name(), value);
        }
      }
    }
    unseen.forEach((bytes, write) -> {
      DeviceKey key = DeviceKey.parse(bytes.get());
      if (write.value() != null && key.device().equals(device) && all.size() < limit) {
        all.put(key.name(), write.value());
      }
    });
    return all;
  }

  /** Scans one portion. Returns the key at which to continue, if there is more. */
  Optional<Bytes> some(
      TablePartition<V> partition, Bytes from, BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    int seen = 0;
    try (KeyValueIterator<Bytes, byte[]> rows = partition.store.range(from, null)) {
      while (rows.hasNext()) {
        Bytes key = rows.next().key;
        if (++seen > SEEN_AT_ONCE) {
          return Optional.of(key);
        }
        show(partition, key, look);
      }
    }
    return Optional.empty();
  }

  /** Shows one record. */
  void show(
      TablePartition<V> partition, Bytes key, BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    parsed(key).ifPresent(found -> look.accept(found, () -> readable(() -> get(partition, key))));
  }

  /**
   * Returns empty if the bytes are not a device's key: the store may have been restored with such a
   * record.
   */
  static Optional<DeviceKey> parsed(Bytes key) {
    try {
      return Optional.of(DeviceKey.parse(key.get()));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /**
   * Decodes a record; for an unreadable one the rule decides. The topic is open to other writers,
   * and the store may be restored with their records.
   */
  private @Nullable V value(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return deserializer.get().read(bytes);
    } catch (UnreadableRecordException e) {
      return rule.insteadOf(e);
    }
  }

  /**
   * As {@link #value}, but also null if the record cannot be read at the moment, so that it does
   * not block the others.
   */
  private @Nullable V valueIfReadable(byte[] bytes) {
    return readable(() -> value(bytes)).orElse(null);
  }

  private Optional<V> readable(Supplier<@Nullable V> read) {
    try {
      return Optional.ofNullable(read.get());
    } catch (SerializationException e) {
      return Optional.empty();
    }
  }
}
