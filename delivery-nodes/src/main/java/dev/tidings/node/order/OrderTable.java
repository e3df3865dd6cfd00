package dev.tidings.node.order;

import dev.tidings.node.replay.ordered.Order;
import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.ReplayKey;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.table.InMemoryTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The orders that not all partitions are done with, in memory: those that have ended are not kept.
 * Written by the thread that reads the topic, read by all.
 */
final class OrderTable extends InMemoryTable<OrderTable.Change> {
  /** More than ingest-api lets be under way; of more, the oldest are given up. */
  static final int MOST = 1_000;

  private final int count;
  private final Map<String, OpenOrder> open = new LinkedHashMap<>();

  /**
   * A record of the topic.
   *
   * @param key null for a record of another kind
   * @param value null for a tombstone
   */
  record Change(@Nullable ReplayKey key, @Nullable OrderedReplay value) {}

  /**
   * @param count how many partitions {@code deliveries} has
   */
  OrderTable(int count) {
    this.count = count;
  }

  /**
   * Reads a record; what has another key changes nothing.
   *
   * @throws InvalidValueException if it is for a device that there cannot be
   */
  static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<OrderedReplay> deserializer) {
    byte @Nullable [] bytes = record.key();
    @Nullable ReplayKey key = bytes == null ? null : ReplayKey.parse(bytes).orElse(null);
    byte @Nullable [] value = record.value();
    @Nullable OrderedReplay ordered =
        key == null || value == null ? null : deserializer.read(value);
    @Nullable ReplayOrder asked = ordered == null ? null : ordered.getOrder();
    @Nullable String device = asked == null ? null : asked.getDevice();
    if (device != null) {
      // Here it is one record that cannot be read; later it would be all that follow.
      var _ = new DeviceId(device);
    }
    return new Change(key, ordered);
  }

  /** What a partition has to do, oldest first. */
  synchronized List<Order> of(int partition) {
    return open.values().stream()
        .map(order -> order.of(partition))
        .flatMap(Optional::stream)
        .toList();
  }

  synchronized int size() {
    return open.size();
  }

  private void apply(ReplayKey key, @Nullable OrderedReplay value) {
    @Nullable OpenOrder known = open.get(key.id());
    switch (key) {
      case ReplayKey.Order(String id) -> {
        @Nullable ReplayOrder asked = value == null ? null : value.getOrder();
        if (asked == null) {
          open.remove(id);
        } else if (known == null) {
          open.put(id, new OpenOrder(id, asked, count));
        }
      }
      case ReplayKey.Progress(String id, int partition) -> {
        @Nullable ReplayProgress progress = value == null ? null : value.getProgress();
        if (known != null && progress != null) {
          known.progress(partition, progress);
          if (known.isOver()) {
            open.remove(id);
          }
        }
      }
      case ReplayKey.Stop _ -> {
        if (known != null && value != null) {
          known.stop();
        }
      }
    }
    if (open.size() > MOST) {
      open.remove(open.keySet().iterator().next());
    }
  }

  @Override
  protected void take(List<Change> changes, long now) {
    for (Change change : changes) {
      @Nullable ReplayKey key = change.key();
      if (key != null) {
        apply(key, change.value());
      }
    }
    // Their partitions have given them up long ago, or nobody has them.
    open.values().removeIf(order -> now - order.requestedAt() > Orders.FORGOTTEN.toMillis());
  }

  @Override
  protected void forgetAll() {
    open.clear();
  }
}
