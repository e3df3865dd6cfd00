package dev.tidings.ingest.replay;

import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.topic.ReplayKey;
import dev.tidings.service.table.InMemoryTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The replays that the topic knows, in memory. If they take more of it than they may, those leave
 * first that have ended. Written by the thread that reads the topic, read by all.
 */
final class ReplayTable extends InMemoryTable<ReplayTable.Change> {
  private final long mostBytes;
  private final Map<String, KnownReplay> open = new LinkedHashMap<>();
  private final Map<String, KnownReplay> over = new LinkedHashMap<>();
  private long bytes;

  /**
   * A record of the topic.
   *
   * @param key null for a record of another kind
   * @param value null for a tombstone
   */
  record Change(@Nullable ReplayKey key, @Nullable OrderedReplay value) {}

  /**
   * @param mostBytes how much memory they may take, roughly
   */
  ReplayTable(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Reads a record; what has another key changes nothing. */
  static Change change(
      ConsumerRecord<byte[], byte[]> record, AvroDeserializer<OrderedReplay> deserializer) {
    byte @Nullable [] bytes = record.key();
    @Nullable ReplayKey key = bytes == null ? null : ReplayKey.parse(bytes).orElse(null);
    byte @Nullable [] value = record.value();
    return new Change(key, key == null || value == null ? null : deserializer.read(value));
  }

  synchronized Optional<ReplayState> find(String id) {
    return Optional.ofNullable(known(id)).map(KnownReplay::state);
  }

  private @Nullable KnownReplay known(String id) {
    @Nullable KnownReplay known = open.get(id);
    return known == null ? over.get(id) : known;
  }

  synchronized int open(Predicate<ReplayOrder> which) {
    return (int) open.values().stream().map(KnownReplay::order).filter(which).count();
  }

  /** Waits until one has ended; returns what is known of it after that, or after so long. */
  synchronized Optional<ReplayState> awaitEnd(String id, long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    long left = nanos;
    while (left > 0 && !over.containsKey(id)) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
    return find(id);
  }

  synchronized long bytes() {
    return bytes;
  }

  /** It is in the log, and may not have been read yet. */
  synchronized void ordered(String id, ReplayOrder order) {
    if (known(id) == null) {
      put(id, new KnownReplay(id, order));
    }
  }

  /** The same, that it is to stop. */
  synchronized void stopped(String id) {
    Optional.ofNullable(open.get(id)).ifPresent(KnownReplay::stop);
  }

  private void put(String id, KnownReplay known) {
    bytes += known.bytes();
    (known.isOver() ? over : open).put(id, known);
    while (bytes > mostBytes) {
      var _ = take((over.isEmpty() ? open : over).keySet().iterator().next());
    }
  }

  /** Takes one out; to be put back after it was changed. */
  private @Nullable KnownReplay take(String id) {
    @Nullable KnownReplay known = open.remove(id);
    if (known == null) {
      known = over.remove(id);
    }
    if (known != null) {
      bytes -= known.bytes();
    }
    return known;
  }

  private void forget(KnownReplay known) {
    var _ = take(known.id());
    known.forget();
    put(known.id(), known);
  }

  private void apply(ReplayKey key, @Nullable OrderedReplay value) {
    @Nullable ReplayOrder order = value == null ? null : value.getOrder();
    @Nullable ReplayProgress progress = value == null ? null : value.getProgress();
    switch (key) {
      case ReplayKey.Order(String id) -> {
        if (order == null) {
          var _ = take(id);
        } else {
          ordered(id, order);
        }
      }
      case ReplayKey.Progress(String id, int partition) -> {
        if (progress != null) {
          @Nullable KnownReplay known = take(id);
          if (known != null) {
            known.progress(partition, progress);
            put(id, known);
          }
        }
      }
      case ReplayKey.Stop(String id) -> {
        if (value != null) {
          stopped(id);
        }
      }
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
    List<KnownReplay> forgotten =
        open.values().stream().filter(each -> each.isForgotten(now)).toList();
    forgotten.forEach(this::forget);
    notifyAll();
  }

  @Override
  protected void forgetAll() {
    open.clear();
    over.clear();
    bytes = 0;
  }
}
