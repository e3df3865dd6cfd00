package dev.tidings.node.table;

import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Shows the key of each record of a partition once, some at a time, so that other readers get
 * theirs in between. Records are not read, only that they are there.
 *
 * @param owner returns the present ownership of a device's partition: what another program has put
 *     into the wrong one is shown to nobody
 * @param look called on the reading threads
 */
record KeyScan<V extends SpecificRecord>(
    TablePartition<V> partition,
    TableReaders readers,
    TableReads<V> reads,
    Function<DeviceId, @Nullable Object> owner,
    Consumer<DeviceKey> look) {
  /**
   * Shows those of all partitions, one behind the other, each as soon as all of it is in the store.
   * So a scan never has more than one turn in the readers' queue, in which devices wait too.
   * Completes with the numbers of these partitions, and fails if one of them is another node's by
   * then.
   *
   * @param name of the table
   * @param owned the partitions of this node, by their numbers
   */
  static <V extends SpecificRecord> CompletableFuture<NavigableSet<Integer>> all(
      String name,
      Map<Integer, TablePartition<V>> owned,
      TableReaders readers,
      TableReads<V> reads,
      Function<DeviceId, @Nullable Object> owner,
      Consumer<DeviceKey> look) {
    Map<Integer, TablePartition<V>> asked = Map.copyOf(owned);
    CompletableFuture<@Nullable Void> scans = CompletableFuture.completedFuture(null);
    for (TablePartition<V> partition : asked.values()) {
      scans =
          scans
              .thenCompose(done -> partition.current())
              .thenCompose(there -> new KeyScan<>(there, readers, reads, owner, look).begin());
    }
    return scans.thenApply(done -> {
      asked.forEach((number, partition) -> {
        if (!partition.equals(owned.get(number))) {
          throw new NotOwnedException(name, number);
        }
      });
      return new TreeSet<>(asked.keySet());
    });
  }

  private CompletableFuture<@Nullable Void> begin() {
    return readers.read(this::unseen).thenCompose(shown -> stored(shown).begin());
  }

  /** Shows this node's own writes first: the store may have them by the time that it is read. */
  private Set<DeviceKey> unseen() {
    Set<DeviceKey> shown = new HashSet<>();
    partition
        .unseen()
        .forEach((bytes, write) ->
            TableReads.parsed(bytes)
                .ifPresent(key -> {
                  shown.add(key);
                  if (write.value() != null && partition.equals(owner.apply(key.device()))) {
                    look.accept(key);
                  }
                }));
    return shown;
  }

  private TableScan<V> stored(Set<DeviceKey> shown) {
    return new TableScan<>(
        partition,
        readers,
        reads,
        TableScan.ofIts(
            partition,
            owner,
            (key, _) -> {
              if (!shown.contains(key)) {
                look.accept(key);
              }
            }));
  }
}
