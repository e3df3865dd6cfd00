package dev.tidings.node.table;

import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/**
 * Shows the key of each record of a partition once, some at a time, so that other readers get
 * theirs in between. Records are not read, only that they are there.
 *
 * @param owner returns the present ownership of a device's partition: what another program has put
 *     into the wrong one is shown to nobody
 * @param look called on the reading threads
 */
record KeyScan(
    TablePartition<?> partition,
    TableReaders readers,
    Function<DeviceId, @Nullable Object> owner,
    Consumer<DeviceKey> look) {
  /** Keys shown per turn. */
  private static final int SEEN_AT_ONCE = 512;

  /**
   * Shows those of all partitions, one behind the other, each as soon as all of it is in the store.
   * So a scan never has more than one turn in the readers' queue, in which devices wait too.
   * Completes with the numbers of these partitions, and fails if one of them is another node's by
   * then.
   *
   * @param name of the table
   * @param owned the partitions of this node, by their numbers
   */
  static <V> CompletableFuture<NavigableSet<Integer>> all(
      String name,
      Map<Integer, TablePartition<V>> owned,
      TableReaders readers,
      Function<DeviceId, @Nullable Object> owner,
      Consumer<DeviceKey> look) {
    Map<Integer, TablePartition<V>> asked = Map.copyOf(owned);
    CompletableFuture<@Nullable Void> scans = CompletableFuture.completedFuture(null);
    for (TablePartition<V> partition : asked.values()) {
      scans =
          scans
              .thenCompose(done -> partition.current())
              .thenCompose(there -> new KeyScan(there, readers, owner, look).begin());
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
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    readers
        .read(this::unseen)
        .whenComplete((shown, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          } else {
            goOn(shown, Bytes.wrap(new byte[0]), done);
          }
        });
    return done;
  }

  /** Shows this node's own writes first: the store may have them by the time that it is read. */
  private Set<Bytes> unseen() {
    var unseen = partition.unseen();
    unseen.forEach((key, write) -> {
      if (write.value() != null) {
        show(key);
      }
    });
    return unseen.keySet();
  }

  private void goOn(Set<Bytes> shown, Bytes from, CompletableFuture<@Nullable Void> done) {
    readers
        .read(() -> some(shown, from))
        .whenComplete((next, failure) -> {
          if (failure != null) {
            done.completeExceptionally(failure);
          } else if (next.isPresent()) {
            goOn(shown, next.get(), done);
          } else {
            done.complete(null);
          }
        });
  }

  /** Returns the key at which to continue, if there is more. */
  private Optional<Bytes> some(Set<Bytes> shown, Bytes from) {
    int seen = 0;
    try (KeyValueIterator<Bytes, byte[]> rows = partition.store.range(from, null)) {
      while (rows.hasNext()) {
        KeyValue<Bytes, byte[]> row = rows.next();
        if (++seen > SEEN_AT_ONCE) {
          return Optional.of(row.key);
        }
        if (!shown.contains(row.key)) {
          show(row.key);
        }
      }
    }
    return Optional.empty();
  }

  private void show(Bytes bytes) {
    DeviceKey key;
    try {
      key = DeviceKey.parse(bytes.get());
    } catch (InvalidValueException e) {
      // Somebody else's record.
      return;
    }
    if (partition.equals(owner.apply(key.device()))) {
      look.accept(key);
    }
  }
}
