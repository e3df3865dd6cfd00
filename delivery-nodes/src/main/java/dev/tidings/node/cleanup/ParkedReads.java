package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The reads of a partition's parked inbox that are in progress, and what was removed meanwhile: a
 * read's result may still contain it. Confined to the partition's loop.
 */
final class ParkedReads {
  private static final long RETRY_MILLIS = 500;

  private final EventExecutor loop;
  private final Inboxes inboxes;
  private final BooleanSupplier doubtful;
  private final Set<Long> removedMeanwhile = new HashSet<>();
  private int inProgress;
  private boolean closed;

  /**
   * @param doubtful whether the partition may be another node's: then nothing is ended
   */
  ParkedReads(EventExecutor loop, Inboxes inboxes, BooleanSupplier doubtful) {
    this.loop = loop;
    this.inboxes = inboxes;
    this.doubtful = doubtful;
  }

  void close() {
    closed = true;
  }

  /** Whether the partition has been given back: results are of no use any more. */
  boolean isClosed() {
    return closed;
  }

  /** Whether the partition may be another node's. */
  boolean isDoubtful() {
    return doubtful.getAsBoolean();
  }

  void begin() {
    assert loop.inEventLoop();
    inProgress++;
  }

  void end() {
    assert loop.inEventLoop();
    if (--inProgress == 0) {
      removedMeanwhile.clear();
    }
  }

  /** An entry has left the store. */
  void removed(long sequence) {
    assert loop.inEventLoop();
    if (inProgress > 0) {
      removedMeanwhile.add(sequence);
    }
  }

  /** Whether an entry that was read has left the store since. */
  boolean isRemoved(long sequence) {
    return removedMeanwhile.contains(sequence);
  }

  /** Whether an entry that was read has ended already. */
  boolean isGone(DeviceInbox inbox, long sequence) {
    assert loop.inEventLoop();
    return inbox.isLeaving(sequence) || removedMeanwhile.contains(sequence);
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
        RETRY_MILLIS,
        TimeUnit.MILLISECONDS);
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
