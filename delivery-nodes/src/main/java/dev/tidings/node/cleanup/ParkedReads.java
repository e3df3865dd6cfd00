package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Inboxes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * The reads of a partition's parked inbox that are in progress, and what was removed meanwhile: a
 * read's result may still contain it. Confined to the partition's loop.
 */
final class ParkedReads {
  /** The pause before what could not be read is read again. */
  static final long RETRY_MILLIS = 500;

  private final int partition;
  private final GuardedLoop loop;
  private final Inboxes inboxes;
  private final BooleanSupplier doubtful;

  /** The numbers of the reads in progress. */
  private final NavigableSet<Long> inProgress = new TreeSet<>();

  /**
   * What was removed during one of these, each with the number of the first read that began later,
   * in that order.
   */
  private final Map<Long, Long> removedMeanwhile = new LinkedHashMap<>();

  private long nextRead;
  private boolean closed;

  /**
   * @param partition its number
   * @param doubtful whether the partition may be another node's: then nothing is ended
   */
  ParkedReads(int partition, GuardedLoop loop, Inboxes inboxes, BooleanSupplier doubtful) {
    this.partition = partition;
    this.loop = loop;
    this.inboxes = inboxes;
    this.doubtful = doubtful;
  }

  int partition() {
    return partition;
  }

  void close() {
    closed = true;
  }

  /** Whether the partition has been given back: results are of no use any more. */
  boolean isClosed() {
    return closed;
  }

  /** Whether the partition may be another node's. */
  boolean isOwnershipInDoubt() {
    return doubtful.getAsBoolean();
  }

  /** A read begins. Returns its number. */
  long begin() {
    assert loop.inEventLoop();
    long number = nextRead++;
    inProgress.add(number);
    return number;
  }

  /** A read has ended: what was removed during it and no other is forgotten, whatever follows. */
  void end(long number) {
    assert loop.inEventLoop();
    inProgress.remove(number);
    long oldest = inProgress.isEmpty() ? nextRead : inProgress.first();
    Iterator<Long> later = removedMeanwhile.values().iterator();
    while (later.hasNext() && later.next() <= oldest) {
      later.remove();
    }
  }

  /** An entry has left the store. */
  void removed(long sequence) {
    assert loop.inEventLoop();
    if (!inProgress.isEmpty()) {
      // Behind the others.
      removedMeanwhile.remove(sequence);
      removedMeanwhile.put(sequence, nextRead);
    }
  }

  /** Whether an entry that was read has left the store since. */
  boolean isRemoved(long sequence) {
    return removedMeanwhile.containsKey(sequence);
  }

  /** How many removals are remembered. */
  int removals() {
    return removedMeanwhile.size();
  }

  /** Whether an entry that was read has ended already. */
  boolean isGone(DeviceInbox inbox, long sequence) {
    assert loop.inEventLoop();
    return inbox.isLeaving(sequence) || isRemoved(sequence);
  }

  /** Whether the device has been sent an entry and has not confirmed it. */
  static boolean isInFlight(DeviceInbox inbox, long sequence) {
    return inbox.session() != null && inbox.session().inFlight().contains(sequence);
  }

  /** Hands a result to the loop. */
  void onLoop(Runnable task) {
    loop.execute(task);
  }

  /** Tries again, after a pause, what could not be read. */
  void retry(Runnable again) {
    loop.schedule(
        () -> {
          if (!closed) {
            again.run();
          }
        },
        RETRY_MILLIS);
  }

  /** The same, if the device still has this inbox by then. */
  void retry(DeviceInbox inbox, Runnable again) {
    retry(() -> {
      if (inboxes.find(inbox.device()) == inbox) {
        again.run();
      }
    });
  }
}
