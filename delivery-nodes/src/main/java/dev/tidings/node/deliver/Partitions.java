package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Fence;
import dev.tidings.node.inbox.InboxListener;
import dev.tidings.node.inbox.Ownership;
import dev.tidings.node.log.DeliveryReader;
import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.membership.GroupListener;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.replay.ReplaySource;
import dev.tidings.node.replay.ordered.Order;
import dev.tidings.node.replay.ordered.OrderLog;
import dev.tidings.node.session.AttachRefusal;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.session.DeviceDirectory;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Receipts;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.health.Health;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions this node owns, as the inbox's Streams tasks say. A partition lives: acquired, its
 * store restored → the fence has come back → reading {@code deliveries} from the last commit →
 * lost, with a last commit. Thread-safe.
 */
public final class Partitions implements Ownership, DeviceDirectory, GroupListener {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

  /** How many partitions that are not open are named. */
  private static final int MOST_NAMED = 8;

  private final int count;
  private final EventLoopGroup loops;
  private final LogWriter log;
  private final DeliveryReader deliveries;
  private final PartitionServices partitionServices;
  private final PacedDisconnects pacedDisconnects;
  private final PartitionReleases releases;
  private final Map<Integer, DeliveryPartition> owned = new ConcurrentHashMap<>();

  /** Whether it is in doubt that they are this node's; guarded by {@link #owned}. */
  private boolean doubted;

  /**
   * @param count how many partitions {@code deliveries} has
   * @param loops where the partitions' state is confined
   * @param revoked tells, at once, of a token that was revoked lately, or found to be
   * @param erased tells of such a token whether what is kept of its device was erased
   * @param replays where what devices want once more is read
   * @param monotonicMillis see {@link PartitionServices}
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
      CollapseKeys collapseKeys,
      BiPredicate<DeviceId, String> revoked,
      Predicate<String> erased,
      DeliveryMeters meters,
      ReplaySource replays,
      InstantSource clock,
      LongSupplier monotonicMillis,
      String instance) {
    this.count = count;
    this.loops = loops;
    this.log = log;
    this.deliveries = deliveries;
    this.partitionServices =
        new PartitionServices(
            rules,
            log,
            new Receipts(log, clock, instance),
            deadLetters,
            parkedReader,
            new DropPolicy(collapseKeys, revoked, erased),
            meters,
            replays,
            monotonicMillis);
    this.pacedDisconnects = new PacedDisconnects(loops.next(), rules.maxClosesPerSecond());
    this.releases = new PartitionReleases(deliveries, log, pacedDisconnects);
  }

  @Override
  public void attach(DeviceId device, DeviceLink link, int credit) {
    @Nullable DeliveryPartition partition = owned.get(Partitioning.partition(device.key(), count));
    if (releases.isStopping()) {
      link.refused(AttachRefusal.SHUTTING_DOWN);
    } else if (partition == null) {
      link.refused(AttachRefusal.NOT_HERE);
    } else {
      partition.sessions().attach(device, link, credit);
    }
  }

  @Override
  public void doubt() {
    deliveries.doubt(true);
    synchronized (owned) {
      doubted = true;
      owned.values().forEach(partition -> partition.doubt(true));
    }
  }

  @Override
  public void sure() {
    synchronized (owned) {
      doubted = false;
      owned.values().forEach(partition -> partition.doubt(false));
    }
    deliveries.doubt(false);
  }

  /** Others have the partitions, or nobody: here nothing comes for the devices any more. */
  @Override
  public void cutOff() {
    for (DeliveryPartition partition : owned.values()) {
      partition.sessions().links().thenAccept(links -> releases.tell(partition, links));
    }
  }

  /**
   * Somebody does not vouch for devices any more: those are told, at a bounded rate. Or vouches for
   * other apps: then the connections look themselves.
   */
  public void lookAtProofs() {
    for (DeliveryPartition partition : owned.values()) {
      partition.sessions().lookAtApps();
      partition.sessions().unproved().thenAccept(pacedDisconnects::add);
    }
  }

  /** A token of the device has been revoked: what waits for it ends, if it waits here. */
  public void purge(DeviceId device) {
    @Nullable DeliveryPartition partition = owned.get(Partitioning.partition(device.key(), count));
    if (partition != null) {
      partition.purge(device);
    }
  }

  /**
   * The result of ending the notifications of a device's revoked tokens.
   *
   * @param ended how many were ended at once
   * @param isLeft whether there are such that have not left the inbox yet
   */
  public record Purge(int ended, boolean isLeft) {}

  /**
   * Ends what waits under the device's revoked tokens. Completes when it was looked at; fails if
   * the device is not this node's, and does not complete if it is another's meanwhile.
   */
  public CompletableFuture<Purge> end(DeviceId device) {
    return of(device).map(owner -> owner.end(device)).orElseGet(Partitions::notHere);
  }

  /**
   * Closes the device's connection. The result is whether it had one; fails if the device is not
   * this node's.
   */
  public CompletableFuture<Boolean> disconnect(DeviceId device, CloseReason closeReason) {
    return of(device)
        .map(owner -> owner.sessions().disconnect(device, closeReason))
        .orElseGet(Partitions::notHere);
  }

  Optional<DeliveryPartition> of(DeviceId device) {
    return Optional.ofNullable(owned.get(Partitioning.partition(device.key(), count)));
  }

  static <T> CompletableFuture<T> notHere() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("the device's partition is not this node's"));
  }

  @Override
  public InboxListener acquired(int number, ParkedStore store, ParkedIndex index) {
    byte[] fence = Fence.create();
    int devices = index.ranges().size();
    DeliveryPartition partition =
        new DeliveryPartition(
            number,
            loops.next(),
            partitionServices,
            store,
            index,
            fence,
            () -> begin(number),
            (sink, point) -> deliveries.commit(number, sink, point));
    own(number, partition);
    log.write(LogWrite.tombstone(LogTopics.INBOX, fence, () -> {}).inPartition(number));
    LOG.info("partition {}: acquired, {} devices with parked notifications", number, devices);
    return partition.updates();
  }

  /** One that is opened again meanwhile is in doubt as the others are. */
  private void own(int number, DeliveryPartition partition) {
    synchronized (owned) {
      if (doubted) {
        partition.doubt(true);
      }
      owned.put(number, partition);
    }
  }

  private void begin(int number) {
    @Nullable DeliveryPartition partition = owned.get(number);
    if (partition != null) {
      LOG.info("partition {}: open", number);
      deliveries.assign(number, partition.entries());
    }
  }

  @Override
  public void lost(int number) {
    @Nullable DeliveryPartition partition = owned.remove(number);
    if (partition == null) {
      return;
    }
    releases.release(number, partition);
  }

  /**
   * Lets nobody in any more, reads and sends nothing more, gives the devices time to confirm what
   * is in flight, tells them, at a bounded rate, that the node stops, and waits until everything
   * read so far is resolved, so that whoever takes over repeats nothing.
   *
   * @return whether that was reached in time
   */
  public boolean drain(Duration timeout) throws InterruptedException {
    return releases.drain(owned.values(), timeout);
  }

  /** Which partitions are this node's. */
  public Set<Integer> numbers() {
    return Set.copyOf(owned.keySet());
  }

  /** What providers have ordered of a partition to be sent again: these, and no others. */
  public void carryOut(int number, List<Order> orders, OrderLog progress) {
    @Nullable DeliveryPartition partition = owned.get(number);
    if (partition != null) {
      partition.carryOut(orders, progress);
    }
  }

  /** How many partitions are this node's. */
  public int owned() {
    return owned.size();
  }

  /** How many of them are open: everything parked is in the store, and deliveries are read. */
  public int open() {
    return (int) owned.values().stream().filter(DeliveryPartition::isOpen).count();
  }

  /** What the hot windows weigh, in bytes. */
  public long windowBytes() {
    return owned.values().stream().mapToLong(DeliveryPartition::bytes).sum();
  }

  /** How many entries stand in the inboxes. */
  public long parkedCount() {
    return owned.values().stream().mapToLong(DeliveryPartition::parkedCount).sum();
  }

  /** What those weigh, in bytes. */
  public long parkedBytes() {
    return owned.values().stream().mapToLong(DeliveryPartition::parkedBytes).sum();
  }

  /** How many devices have been found to have parked entries that can't be read yet. */
  public int unread() {
    return owned.values().stream().mapToInt(DeliveryPartition::unread).sum();
  }

  /** How long the oldest delivery that is not resolved has been here, in seconds. */
  public double oldestUnresolved() {
    return owned.values().stream()
        .mapToDouble(partition -> partition.oldest().toMillis() / 1e3)
        .max()
        .orElse(0);
  }

  /** Healthy once every owned partition is open; a node that owns none is, too: others do. */
  public Health health() {
    Map<Integer, DeliveryPartition> all = new TreeMap<>(owned);
    List<String> shut =
        all.entrySet().stream()
            .filter(entry -> !entry.getValue().isOpen())
            .map(entry -> entry.getKey() + " " + entry.getValue().awaits())
            .toList();
    return shut.isEmpty()
        ? Health.healthy()
        : Health.unhealthy(
            "%d of %d partitions are open; not %s%s"
                .formatted(
                    all.size() - shut.size(),
                    all.size(),
                    shut.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")),
                    shut.size() > MOST_NAMED ? ", ..." : ""));
  }
}
