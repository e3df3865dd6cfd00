package dev.tidings.ingest.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.service.table.InMemoryTable;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts that the topic knows, in memory, without what they send. If they take more of it
 * than they may, those leave first that have ended. Written by the thread that reads the topic,
 * read by all.
 */
final class BroadcastTable extends InMemoryTable<BroadcastTable.Change> {
  private final long mostBytes;
  private final int partitions;
  private final Map<NotificationId, KnownBroadcast> open = new LinkedHashMap<>();
  private final Map<NotificationId, KnownBroadcast> over = new LinkedHashMap<>();
  private final Map<String, Integer> openByApp = new HashMap<>();
  private long bytes;

  /**
   * A record of the topic.
   *
   * @param key null for a record of another kind
   * @param value without what is sent; null for a tombstone
   */
  record Change(@Nullable BroadcastKey key, @Nullable Broadcast value) {}

  /**
   * @param mostBytes how much memory they may take, roughly
   */
  BroadcastTable(long mostBytes, int partitions) {
    this.mostBytes = mostBytes;
    this.partitions = partitions;
  }

  /** Reads a record; what has another key, such as a mark, changes nothing. */
  static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<Broadcast> deserializer) {
    byte @Nullable [] bytes = record.key();
    @Nullable BroadcastKey key =
        bytes == null
            ? null
            : BroadcastKey.parse(bytes)
                .filter(read -> read.partition() == record.partition())
                .orElse(null);
    byte @Nullable [] value = record.value();
    if (key == null || value == null) {
      return new Change(key, null);
    }
    Broadcast read = deserializer.read(value);
    return new Change(key, read.getNotification() == null ? read : withoutPayload(read));
  }

  private static Broadcast withoutPayload(Broadcast request) {
    return Broadcast.newBuilder()
        .setApp(request.getApp())
        .setCondition(request.getCondition())
        .build();
  }

  synchronized Optional<BroadcastState> find(NotificationId id) {
    return Optional.ofNullable(known(id)).map(KnownBroadcast::state);
  }

  /** Returns how many have not ended, of apps. */
  synchronized int open(Predicate<String> app) {
    return openByApp.entrySet().stream()
        .filter(each -> app.test(each.getKey()))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** Returns how many have not ended. */
  synchronized int open() {
    return open.size();
  }

  /** Returns how much memory they take, roughly. */
  synchronized long bytes() {
    return bytes;
  }

  private @Nullable KnownBroadcast known(NotificationId id) {
    @Nullable KnownBroadcast found = open.get(id);
    return found == null ? over.get(id) : found;
  }

  private KnownBroadcast taken(NotificationId id, String app, String condition) {
    @Nullable KnownBroadcast known = take(id);
    if (known == null) {
      return new KnownBroadcast(app, condition, partitions);
    }
    known.describe(condition);
    return known;
  }

  /** Takes one out; to be put back after it was changed. */
  private @Nullable KnownBroadcast take(NotificationId id) {
    @Nullable KnownBroadcast known = open.remove(id);
    if (known != null) {
      openByApp.computeIfPresent(known.app(), (_, count) -> count == 1 ? null : count - 1);
    } else {
      known = over.remove(id);
    }
    if (known != null) {
      bytes -= known.bytes();
    }
    return known;
  }

  private void put(NotificationId id, KnownBroadcast known) {
    if (known.isGone()) {
      return;
    }
    bytes += known.bytes();
    if (known.isOver()) {
      over.put(id, known);
    } else {
      open.put(id, known);
      openByApp.merge(known.app(), 1, Integer::sum);
    }
    while (bytes > mostBytes) {
      var _ = take((over.isEmpty() ? open : over).keySet().iterator().next());
    }
  }

  private void apply(BroadcastKey key, @Nullable Broadcast value) {
    // The topic is as wide as the others: who writes to a further partition is read by nobody.
    if (key.partition() >= partitions) {
      return;
    }
    @Nullable KnownBroadcast known =
        value == null || key.kind() == Kind.STOP
            ? take(key.id())
            : taken(key.id(), value.getApp(), value.getCondition());
    if (known == null) {
      return;
    }
    switch (key.kind()) {
      case REQUEST -> {
        if (value == null) {
          known.requestGone(key.partition());
        } else {
          known.requested(key.partition());
        }
      }
      case PROGRESS -> {
        if (value == null) {
          known.progressGone(key.partition());
        } else {
          known.progress(key.partition(), value);
        }
      }
      case STOP -> known.stop(key.partition(), value != null);
    }
    put(key.id(), known);
  }

  @Override
  protected void take(List<Change> changes, long now) {
    for (Change change : changes) {
      @Nullable BroadcastKey key = change.key();
      if (key != null) {
        apply(key, change.value());
      }
    }
  }

  @Override
  protected void forgetAll() {
    open.clear();
    over.clear();
    openByApp.clear();
    bytes = 0;
  }
}
