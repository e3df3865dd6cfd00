package dev.tidings.node.deliver;

import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.window.CommitPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of partitions: of one that becomes another node's, and of all when this node stops.
 * Devices are given a moment to confirm what is in flight, because it would come again elsewhere,
 * and are told where to go at a bounded rate.
 */
final class PartitionReleases {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReleases.class);
  private static final Duration DRAIN_POLL = Duration.ofMillis(20);
  private static final Duration LET_GO = Duration.ofSeconds(4);

  /** How long a partition that moves is waited for to confirm what is in flight. */
  private static final Duration SETTLE = Duration.ofMillis(250);

  /** How much of the time for draining devices have for confirming, and for leaving. */
  private static final double TO_CONFIRM = 0.25;

  private static final double TO_LEAVE = 0.6;

  private final DeliveryReader deliveries;
  private final LogWriter log;
  private final PacedDisconnects pacedDisconnects;
  private volatile boolean stopping;

  PartitionReleases(DeliveryReader deliveries, LogWriter log, PacedDisconnects pacedDisconnects) {
    this.deliveries = deliveries;
    this.log = log;
    this.pacedDisconnects = pacedDisconnects;
  }

  /** Returns whether this node lets go of everything. */
  boolean isStopping() {
    return stopping;
  }

  /** Lets go of a partition, with a last commit; returns when it is another node's. */
  void release(int number, DeliveryPartition partition) {
    // What devices confirm in this moment would come again elsewhere.
    partition.drain();
    try {
      await(System.nanoTime(), SETTLE, 1, () -> partition.isSettled().join());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    CompletableFuture<DeliveryPartition.Remains> closed = partition.close();
    CompletableFuture<Void> released =
        closed.thenCompose(remains -> {
          tell(partition, remains.links());
          return deliveries.release(number, partition.entries(), remains.last());
        });
    try {
      released.get(LET_GO.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("partition {}: released", number);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn(
          "partition {}: released, but its last commit ({}) is not known to be in the log: what"
              + " was settled since the one before is delivered again by the next owner: {}",
          number,
          lastCommit(closed),
          e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String lastCommit(CompletableFuture<DeliveryPartition.Remains> closed) {
    if (closed.state() != Future.State.SUCCESS) {
      return "offset not known";
    }
    @Nullable CommitPoint last = closed.resultNow().last();
    return last == null ? "none" : "offset " + last.low();
  }

  /**
   * Closes the connections at a bounded rate: confirmations over them have no effect. Each is
   * closed on its partition's loop, which may be writing to it again by then.
   */
  void tell(DeliveryPartition partition, List<DeviceLink> links) {
    CloseReason closeReason = stopping ? CloseReason.SHUTTING_DOWN : CloseReason.SERVER_MOVED;
    pacedDisconnects.add(
        links.stream()
            .<Runnable>map(link -> () -> partition.run(() -> link.close(closeReason)))
            .toList());
  }

  /**
   * Lets nobody in any more, reads and sends nothing more, gives the devices time to confirm what
   * is in flight, tells them, at a bounded rate, that the node stops, and waits until everything
   * read so far is resolved, so that whoever takes over repeats nothing.
   *
   * @return whether that was reached in time
   */
  boolean drain(Collection<DeliveryPartition> owned, Duration timeout) throws InterruptedException {
    long start = System.nanoTime();
    stopping = true;
    deliveries.stopReading();
    owned.forEach(DeliveryPartition::drain);
    await(
        start, timeout, TO_CONFIRM, () -> owned.stream().allMatch(held -> held.isSettled().join()));
    List<Runnable> disconnects = new ArrayList<>();
    for (DeliveryPartition partition : owned) {
      disconnects.addAll(partition.sessions().disconnects(CloseReason.SHUTTING_DOWN).join());
    }
    pacedDisconnects.hurry(
        (int) Math.ceil(disconnects.size() * 1e9 / (TO_LEAVE * timeout.toNanos())));
    pacedDisconnects.add(disconnects);
    return await(
        start,
        timeout,
        1,
        () ->
            pacedDisconnects.isDone()
                && log.pending() == 0
                && owned.stream().allMatch(held -> held.bytes() == 0));
  }

  /** Waits for something, for a share of a time that began at {@code start}. */
  private static boolean await(long start, Duration time, double share, BooleanSupplier done)
      throws InterruptedException {
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - start >= share * time.toNanos()) {
        return false;
      }
      Thread.sleep(DRAIN_POLL.toMillis());
    }
    return true;
  }
}
