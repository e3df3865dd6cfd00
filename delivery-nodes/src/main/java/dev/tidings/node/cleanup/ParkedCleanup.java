package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.parked.Deadlines;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Removes from a partition's parked inbox what is not to be delivered any more: expired or replaced
 * ({@link ParkedExpiry}), more than an inbox may hold ({@link ParkedEviction}), or under a revoked
 * token ({@link ParkedPurge}). Each entry that is removed gets a receipt of its own. Confined to
 * the partition's loop.
 */
public final class ParkedCleanup {
  private final ParkedReads reads;
  private final ParkedExpiry expiry;
  private final ParkedEviction eviction;
  private final ParkedPurge purge;
  private final ParkedSearch search;

  /**
   * @param partition its number
   * @param index what is in the store at take-over; handed over
   * @param doubtful whether the partition may be another node's: then nothing is ended
   */
  public ParkedCleanup(
      int partition,
      GuardedLoop loop,
      PartitionServices partitionServices,
      Inboxes inboxes,
      Settlement settlement,
      ParkedStore store,
      ParkedIndex index,
      BooleanSupplier doubtful) {
    Deadlines deadlines = index.deadlines();
    this.reads = new ParkedReads(partition, loop, inboxes, doubtful);
    this.expiry =
        new ParkedExpiry(
            partitionServices, inboxes, settlement, store, reads, deadlines, index.candidates());
    this.eviction = new ParkedEviction(partitionServices, inboxes, settlement, store, reads);
    this.purge =
        new ParkedPurge(
            partitionServices.parkedReader(),
            store,
            inboxes,
            reads,
            expiry,
            partitionServices.dropPolicy());
    this.search =
        new ParkedSearch(
            partitionServices.parkedReader(), store, inboxes, reads, settlement::monotonicNow);
  }

  public void close() {
    reads.close();
  }

  /** Looks at what is due; called now and then. */
  public void tick() {
    expiry.look();
    search.tick();
  }

  /** A new entry is in the store. */
  public void stored(DeviceInbox inbox, long sequence, ParkedHeader parkedHeader) {
    expiry.add(inbox, sequence, parkedHeader);
    eviction.evict(inbox);
  }

  /** An entry has left the store. */
  public void removed(DeviceInbox inbox, long sequence, ParkedHeader parkedHeader) {
    expiry.remove(sequence, parkedHeader);
    reads.removed(sequence);
    eviction.evict(inbox);
  }

  /** Looks for a notification among what is parked for the device. */
  public void look(DeviceInbox inbox, Sought sought, SearchListener listener) {
    search.look(inbox, sought, listener);
  }

  /** What is looked for is not waited for any longer: all who wait are told so. */
  public void giveUpSearches() {
    search.giveUp();
  }

  /** Ends what is parked under a revoked token of the device. */
  public void purge(DeviceInbox inbox) {
    purge(inbox, purged -> {});
  }

  /**
   * The same.
   *
   * @param listener hears, on the loop, what was found; never, if the partition is given back
   */
  public void purge(DeviceInbox inbox, Consumer<Purged> listener) {
    purge.purge(inbox, listener);
  }
}
