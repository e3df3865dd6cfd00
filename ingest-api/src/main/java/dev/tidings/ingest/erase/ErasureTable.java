package dev.tidings.ingest.erase;

import dev.tidings.ingest.erase.Erasures.Known;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.service.table.LocalTable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The latest erasures, in memory, by their ids. If there are more than it holds, the oldest leave.
 * Written by the thread that reads the topic, read by all.
 */
final class ErasureTable implements LocalTable<ErasureTable.Change> {
  private final int most;
  private final Map<String, Known> known = new LinkedHashMap<>();

  // Confined to the reader's thread.

  private final Map<Integer, Long> positions = new HashMap<>();
  private Uuid topic = Uuid.ZERO_UUID;
  private long writtenAt = -1;

  /** A record of the topic; null for a tombstone. */
  record Change(String id, @Nullable Known known) {}

  /**
   * @param most how many it holds
   */
  ErasureTable(int most) {
    this.most = most;
  }

  /** Reads a record; fences, which have no device, are not erasures. */
  static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<Erasure> deserializer) {
    if (record.value() == null
        && record.key().length > 1
        && record.key()[0] == 0
        && record.key()[1] == 0) {
      return new Change("", null);
    }
    DeviceKey key = DeviceKey.parse(record.key());
    byte @Nullable [] value = record.value();
    return new Change(
        key.name(),
        value == null ? null : new Known(key.name(), key.device(), deserializer.read(value)));
  }

  synchronized Optional<Known> find(String id) {
    return Optional.ofNullable(known.get(id));
  }

  synchronized int size() {
    return known.size();
  }

  /** It is in the log, and may not have been read yet. */
  synchronized void requested(Known erasure) {
    if (known.putIfAbsent(erasure.id(), erasure) == null) {
      trim();
    }
  }

  private void trim() {
    while (known.size() > most) {
      known.remove(known.keySet().iterator().next());
    }
  }

  @Override
  public synchronized void apply(
      List<Change> changes, Map<Integer, Long> next, Uuid from, long now) {
    for (Change change : changes) {
      if (change.known() == null) {
        known.remove(change.id());
      } else {
        known.put(change.id(), change.known());
        trim();
      }
    }
    positions.putAll(next);
    topic = from;
    writtenAt = now;
  }

  @Override
  public synchronized void clear() {
    known.clear();
    positions.clear();
    topic = Uuid.ZERO_UUID;
    writtenAt = -1;
  }

  @Override
  public synchronized long position(int partition) {
    return positions.getOrDefault(partition, -1L);
  }

  @Override
  public synchronized long writtenAt() {
    return writtenAt;
  }

  @Override
  public synchronized Uuid topic() {
    return topic;
  }
}
