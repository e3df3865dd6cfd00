package dev.tidings.node.table;

import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Scans all records of a partition, some at a time, so that other readers get theirs in between.
 *
 * @param look called on the reading threads, with each key and a supplier of its record
 */
record TableScan<V extends SpecificRecord>(
    TablePartition<V> partition,
    TableReaders readers,
    TableReads<V> reads,
    BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {

  /**
   * Begins one of each partition, as soon as all of it is in the store. Completes when those have
   * ended that can begin at once.
   */
  static <V extends SpecificRecord> CompletableFuture<@Nullable Void> all(
      Collection<TablePartition<V>> partitions,
      Function<TablePartition<V>, CompletableFuture<@Nullable Void>> begin) {
    List<CompletableFuture<?>> begun = new ArrayList<>();
    for (TablePartition<V> partition : partitions) {
      boolean now = partition.current().isDone();
      CompletableFuture<?> scan = partition.current().thenCompose(begin);
      if (now) {
        begun.add(scan);
      }
    }
    return CompletableFuture.allOf(begun.toArray(CompletableFuture[]::new)).thenApply(_ -> null);
  }

  /**
   * Shows only records of devices of the partition: what another program has put back, by its own
   * hash of the key, may be in any, and what follows from it would be written to the right one.
   *
   * @param owner returns the present ownership of a device's partition
   */
  static <V extends SpecificRecord> BiConsumer<DeviceKey, Supplier<Optional<V>>> ofIts(
      TablePartition<V> partition,
      Function<DeviceId, @Nullable Object> owner,
      BiConsumer<DeviceKey, Supplier<Optional<V>>> look) {
    return (key, current) -> {
      if (partition.equals(owner.apply(key.device()))) {
        look.accept(key, current);
      }
    };
  }

  /** Begins. Completes when all have been looked at; exceptionally if they cannot be read. */
  CompletableFuture<@Nullable Void> begin() {
    return begin(() -> Optional.of(Bytes.wrap(new byte[0])));
  }

  /** As the other, and includes writes that are not in the store yet. */
  CompletableFuture<@Nullable Void> beginWithUnseen() {
    return begin(this::unseen);
  }

  private CompletableFuture<@Nullable Void> begin(Supplier<Optional<Bytes>> first) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    goOn(first, done);
    return done;
  }

  /** Those that are not in the store yet, first: it may contain them by then. */
  private Optional<Bytes> unseen() {
    partition.unseen().keySet().forEach(key -> reads.show(partition, key, look));
    return Optional.of(Bytes.wrap(new byte[0]));
  }

  private void goOn(Supplier<Optional<Bytes>> some, CompletableFuture<@Nullable Void> done) {
    readers
        .read(some)
        .whenComplete((next, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          } else if (next.isPresent()) {
            goOn(() -> reads.some(partition, next.get(), look), done);
          } else {
            done.complete(null);
          }
        });
  }
}
