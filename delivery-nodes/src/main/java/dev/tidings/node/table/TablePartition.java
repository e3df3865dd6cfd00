package dev.tidings.node.table;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * One partition of a table while it is this node's. What this node has written and the store has
 * not seen yet is held here, so that each reads what it wrote. Thread-safe.
 *
 * @param <V> what the records carry
 */
final class TablePartition<V> {
  /** Written and not in the store yet; null for a record that is taken away. */
  record Unseen<V>(WriteId id, @Nullable V value) {}

  final ReadOnlyKeyValueStore<Bytes, byte[]> store;

  private final WriteId fence;
  private int writing;
  private boolean lost;
  private final Map<Bytes, Unseen<V>> unseen = new ConcurrentHashMap<>();
  private final CompletableFuture<TablePartition<V>> current = new CompletableFuture<>();

  /**
   * @param fence of a record written when the partition was taken over: once it has come back, so
   *     has everything before
   */
  TablePartition(ReadOnlyKeyValueStore<Bytes, byte[]> store, WriteId fence) {
    this.store = store;
    this.fence = fence;
  }

  /** Done once everything that was written before the take-over is in the store. */
  CompletableFuture<TablePartition<V>> current() {
    return current;
  }

  /** Whether it is still this node's: then the write counts until {@link #hasWritten}. */
  synchronized boolean beginWrite(Bytes key, Unseen<V> write) {
    if (lost) {
      return false;
    }
    writing++;
    unseen.put(key, write);
    return true;
  }

  synchronized void hasWritten() {
    writing--;
    notifyAll();
  }

  @Nullable Unseen<V> unseen(Bytes key) {
    return unseen.get(key);
  }

  /** All of them, at this moment; may be changed by who gets it. */
  Map<Bytes, Unseen<V>> unseen() {
    return Map.copyOf(unseen);
  }

  int unseenCount() {
    return unseen.size();
  }

  /** The fence has come back, if it is this one. */
  void passed(WriteId id) {
    if (id.equals(fence)) {
      current.complete(this);
    }
  }

  /** A record of ours is in the store. */
  void seen(Bytes key, WriteId id) {
    unseen.computeIfPresent(key, (same, write) -> write.id().equals(id) ? null : write);
  }

  /** Takes no more writes, and waits a while for the log to have those there are. */
  void lost(RuntimeException why, Duration patience) {
    awaitWrites(patience);
    current.completeExceptionally(why);
    unseen.clear();
  }

  private synchronized void awaitWrites(Duration patience) {
    lost = true;
    long start = System.nanoTime();
    try {
      long left = patience.toMillis();
      while (writing > 0 && left > 0) {
        wait(left);
        left = patience.toMillis() - (System.nanoTime() - start) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
