package dev.tidings.node.table;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * A partition of a device table that this node owns. Holds the writes of this node that are not in
 * the store yet, so that every caller reads its own writes. Thread-safe.
 *
 * @param <V> the type of the records
 */
final class TablePartition<V> {
  /** A write that is not in the store yet; null for a tombstone. */
  record Unseen<V>(WriteId id, @Nullable V value) {}

  final ReadOnlyKeyValueStore<Bytes, byte[]> store;

  private final WriteId fence;
  private int writing;
  private boolean lost;
  private boolean gone;

  /** Whether another process has taken over; for the stream thread alone. */
  private boolean replaced;

  private final Map<Bytes, Unseen<V>> unseen = new ConcurrentHashMap<>();
  private final CompletableFuture<TablePartition<V>> current = new CompletableFuture<>();

  /**
   * @param fence the id of a record written at takeover: once it has been read back, all earlier
   *     records have been as well
   */
  TablePartition(ReadOnlyKeyValueStore<Bytes, byte[]> store, WriteId fence) {
    this.store = store;
    this.fence = fence;
  }

  /** Completes once everything that was written before the takeover is in the store. */
  CompletableFuture<TablePartition<V>> current() {
    return current;
  }

  /**
   * Begins a write. Returns whether this node still owns the partition; if so, the write counts as
   * pending until {@link #hasWritten}.
   */
  synchronized boolean beginWrite(Bytes key, Unseen<V> write) {
    if (lost) {
      return false;
    }
    writing++;
    unseen.put(key, write);
    return true;
  }

  /**
   * Ends a write. Returns whether the log had it before another node could take over: if not, it
   * may not count there.
   */
  synchronized boolean hasWritten() {
    writing--;
    notifyAll();
    return !gone;
  }

  /**
   * Runs a write that no caller has begun, unless a caller's write of the key is on its way, which
   * is behind whatever was read so far, or the partition is another node's.
   *
   * @param own what is read from now on; null if that is what is in the store
   */
  synchronized void unlessUnseen(Bytes key, @Nullable Unseen<V> own, Runnable write) {
    if (!lost && !unseen.containsKey(key)) {
      if (own != null) {
        unseen.put(key, own);
      }
      write.run();
    }
  }

  /** Returns whether a record read now is an earlier owner's, although it is behind the fence. */
  boolean isLate(WriteId id) {
    return current.isDone() && !replaced && !id.isSince(fence);
  }

  @Nullable Unseen<V> unseen(Bytes key) {
    return unseen.get(key);
  }

  /** Returns a snapshot of the writes that are not in the store yet; the caller may modify it. */
  Map<Bytes, Unseen<V>> unseen() {
    return Map.copyOf(unseen);
  }

  int unseenCount() {
    return unseen.size();
  }

  /**
   * Completes {@link #current} if the record read back is the fence. One of another process behind
   * it tells that this one has been replaced: nothing that follows is late.
   */
  void passed(WriteId id) {
    if (id.equals(fence)) {
      current.complete(this);
    } else if (isLate(id)) {
      replaced = true;
    }
  }

  /** Notes that a record of this node is in the store. */
  void seen(Bytes key, WriteId id) {
    unseen.computeIfPresent(key, (same, write) -> write.id().equals(id) ? null : write);
  }

  /**
   * Refuses further writes, and waits up to {@code patience} for the log to have the pending ones.
   */
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
    gone = true;
  }
}
