package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Fence;
import dev.tidings.node.inbox.InboxNews;
import dev.tidings.node.inbox.Ownership;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.log.DeadLetters;
import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.log.LogWrite;
import dev.tidings.node.log.LogWriter;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Farewell;
import dev.tidings.node.session.Refusal;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.health.Health;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions this node owns, as the inbox's Streams tasks say. A partition lives: acquired, its
 * store restored → the fence has come back → reading {@code deliveries} from the last commit →
 * lost, with a last commit. Thread-safe.
 */
public final class Partitions implements Ownership, DeviceDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
  private static final Duration DRAIN_POLL = Duration.ofMillis(20);
  private static final Duration LET_GO = Duration.ofSeconds(4);

  private final int count;
  private final EventLoopGroup loops;
  private final DeliveryRules rules;
  private final LogWriter log;
  private final DeliveryReader deliveries;
  private final ParkedReader parkedReader;
  private final DeadLetters deadLetters;
  private final Receipts receipts;
  private final NodeMeters meters;
  private final Map<Integer, DeliveryPartition> owned = new ConcurrentHashMap<>();
  private volatile boolean stopping;

  /**
   * @param count how many partitions {@code deliveries} has
   * @param loops where the partitions' state is confined
   * @param instance this process, as receipts name it
   */
  public Partitions(
      int count,
      EventLoopGroup loops,
      DeliveryRules rules,
      LogWriter log,
      DeliveryReader deliveries,
      ParkedReader parkedReader,
      DeadLetters deadLetters,
      NodeMeters meters,
      InstantSource clock,
      String instance) {
    this.count = count;
    this.loops = loops;
    this.rules = rules;
    this.log = log;
    this.deliveries = deliveries;
    this.parkedReader = parkedReader;
    this.deadLetters = deadLetters;
    this.receipts = new Receipts(log, clock, instance);
    this.meters = meters;
  }

  @Override
  public void attach(DeviceId device, DeviceLink link, int credit) {
    @Nullable DeliveryPartition partition = owned.get(Partitioning.partition(device.key(), count));
    if (stopping) {
      link.refused(Refusal.SHUTTING_DOWN);
    } else if (partition == null) {
      link.refused(Refusal.NOT_HERE);
    } else {
      partition.attach(device, link, credit);
    }
  }

  @Override
  public InboxNews acquired(int number, ParkedStore store, Map<DeviceId, ParkedRange> index) {
    byte[] fence = Fence.create();
    DeliveryPartition partition =
        new DeliveryPartition(
            number,
            loops.next(),
            rules,
            store,
            index,
            parkedReader,
            owner -> new Endings(number, log, receipts, deadLetters, meters, owner::ended),
            meters,
            fence,
            () -> begin(number),
            point -> deliveries.commit(number, point));
    owned.put(number, partition);
    log.write(LogWrite.tombstone(LogTopics.INBOX, fence, () -> {}).inPartition(number));
    LOG.info("partition {}: acquired, {} devices with parked notifications", number, index.size());
    return partition;
  }

  private void begin(int number) {
    @Nullable DeliveryPartition partition = owned.get(number);
    if (partition != null) {
      LOG.info("partition {}: open", number);
      deliveries.assign(number, partition);
    }
  }

  @Override
  public void lost(int number) {
    @Nullable DeliveryPartition partition = owned.remove(number);
    if (partition == null) {
      return;
    }
    CompletableFuture<@Nullable Void> released =
        partition
            .close(stopping ? Farewell.SHUTTING_DOWN : Farewell.SERVER_MOVED)
            .thenCompose(last -> release(number, last));
    try {
      released.get(LET_GO.toMillis(), TimeUnit.MILLISECONDS);
      LOG.info("partition {}: let go", number);
    } catch (TimeoutException | ExecutionException e) {
      LOG.warn("partition {}: let go without a last commit, a little is repeated", number);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CompletableFuture<@Nullable Void> release(int number, @Nullable CommitPoint last) {
    return last == null
        ? CompletableFuture.completedFuture(null)
        : deliveries.release(number, last).thenApply(done -> null);
  }

  /**
   * Lets nobody in any more, reads nothing more, tells the devices that the node stops, and waits
   * until everything read so far is resolved, so that whoever takes over repeats nothing.
   *
   * @return whether that was reached in time
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    stopping = true;
    deliveries.hold();
    owned.values().forEach(partition -> partition.disconnect(Farewell.SHUTTING_DOWN));
    long deadline = System.nanoTime() + timeout.toNanos();
    while (log.pending() > 0 || owned.values().stream().anyMatch(held -> held.bytes() > 0)) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      Thread.sleep(DRAIN_POLL.toMillis());
    }
    return true;
  }

  /** How many partitions are this node's. */
  public int owned() {
    return owned.size();
  }

  /** How many of them are open: everything parked stands, and deliveries are read. */
  public int open() {
    return (int) owned.values().stream().filter(DeliveryPartition::isOpen).count();
  }

  /** What the hot windows weigh, in bytes. */
  public long windowBytes() {
    return owned.values().stream().mapToLong(DeliveryPartition::bytes).sum();
  }

  /** Healthy once every owned partition is open; a node that owns none is, too: others do. */
  public Health health() {
    int open = open();
    int all = owned();
    return open == all
        ? Health.healthy()
        : Health.unhealthy(open + " of " + all + " partitions are open");
  }
}
