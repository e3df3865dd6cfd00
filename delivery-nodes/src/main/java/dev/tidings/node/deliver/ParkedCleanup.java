package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Deadlines;
import dev.tidings.node.inbox.Label;
import dev.tidings.node.inbox.ParkedIndex;
import dev.tidings.node.inbox.ParkedStore;
import io.netty.util.concurrent.EventExecutor;
import java.util.function.BooleanSupplier;

/**
 * Removes from a partition's parked inbox what is not to be delivered any more: expired or replaced
 * ({@link ParkedExpiry}), more than an inbox may hold ({@link ParkedEviction}), or under a revoked
 * token ({@link ParkedPurge}). Each entry that is removed gets a receipt of its own. Confined to
 * the partition's loop.
 */
final class ParkedCleanup {
  private final ParkedReads reads;
  private final ParkedExpiry expiry;
  private final ParkedEviction eviction;
  private final ParkedPurge purge;

  /**
   * @param index what is in the store at take-over; handed over
   * @param doubtful whether the partition may be another node's: then nothing is ended
   */
  ParkedCleanup(
      EventExecutor loop,
      Shared shared,
      Inboxes inboxes,
      Endings endings,
      ParkedStore store,
      ParkedIndex index,
      BooleanSupplier doubtful) {
    Deadlines deadlines = index.deadlines();
    this.reads = new ParkedReads(loop, inboxes, doubtful);
    this.expiry =
        new ParkedExpiry(shared, inboxes, endings, store, reads, deadlines, index.candidates());
    this.eviction = new ParkedEviction(shared, inboxes, endings, store, reads);
    this.purge = new ParkedPurge(shared.parkedReader(), store, inboxes, reads, expiry);
  }

  void close() {
    reads.close();
  }

  /** Looks at what is due; called now and then. */
  void tick() {
    expiry.look();
  }

  /** A new entry is in the store. */
  void stored(DeviceInbox inbox, long sequence, Label label) {
    expiry.add(inbox, sequence, label);
    eviction.evict(inbox);
  }

  /** An entry has left the store. */
  void removed(DeviceInbox inbox, long sequence, Label label) {
    expiry.remove(sequence, label);
    reads.removed(sequence);
    eviction.evict(inbox);
  }

  /** Ends what is parked under a revoked token of the device. */
  void purge(DeviceInbox inbox) {
    purge.purge(inbox);
  }
}
