package dev.tidings.node.deliver;

import dev.tidings.node.cleanup.ParkedCleanup;
import dev.tidings.node.cleanup.Purged;
import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.inbox.InboxListener;
import dev.tidings.node.log.partition.DeliverySink;
import dev.tidings.node.look.PartitionLooks;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.replay.ReplayEnd;
import dev.tidings.node.replay.ordered.Order;
import dev.tidings.node.replay.ordered.OrderLog;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition this node owns, and its life, from the fence to the last commit: the hot window,
 * the inboxes of its devices, and who is connected. Its state is confined to one event loop; what
 * others call hops there. Longer than most, because a partition is put together here of all its
 * parts.
 */
final class DeliveryPartition {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryPartition.class);

  private final int number;
  private final EventExecutor loop;
  private final GuardedLoop guarded;
  private final DeliveryRules rules;
  private final Inboxes inboxes;
  private final Settlement settlement;
  private final Sender sender;
  private final Replays replays;
  private final OrderRuns orders;
  private final Intake intake;
  private final ParkedCleanup cleanup;
  private final PartitionSessions sessions;
  final PartitionLooks looks;
  private final HotWindow hot;
  private final HotEntries entries;
  private final ParkedTotals parked;
  private final ParkedUpdates updates;
  private final Runnable whenOpen;
  private final BiConsumer<DeliverySink, CommitPoint> commits;

  private volatile Stage stage = Stage.FENCING;
  private volatile boolean failed;
  private @Nullable ScheduledFuture<?> ticks;

  /** What waits until it is clear whether the partition is still this node's. */
  private final Doubt doubt = new Doubt();

  /**
   * @param index what is in the store; handed over
   * @param fence written to the inbox by the caller
   * @param whenOpen called on the loop when all that was parked before is in the store
   * @param commits takes what is to be committed; must not block
   */
  DeliveryPartition(
      int number,
      EventExecutor loop,
      PartitionServices partitionServices,
      ParkedStore store,
      ParkedIndex index,
      byte[] fence,
      Runnable whenOpen,
      BiConsumer<DeliverySink, CommitPoint> commits) {
    this.number = number;
    this.loop = loop;
    this.guarded = new GuardedLoop(loop, this::fails);
    this.rules = partitionServices.rules();
    this.whenOpen = whenOpen;
    this.commits = commits;
    RecentDeliveries recent = new RecentDeliveries(rules.duplicateWindow());
    this.hot = new HotWindow(recent);
    this.parked = new ParkedTotals(index.ranges().values());
    this.inboxes = new Inboxes(index.ranges());
    this.settlement =
        new Settlement(number, partitionServices, recent, this::ended, this::unstorable);
    this.replays =
        new Replays(
            number,
            loop,
            partitionServices.replays(),
            settlement,
            partitionServices.dropPolicy(),
            this::life,
            this::pull);
    this.orders =
        new OrderRuns(number, loop, inboxes, partitionServices, settlement, this::life, this::pull);
    this.sender =
        new Sender(
            number,
            loop,
            guarded,
            store,
            partitionServices,
            settlement,
            replays,
            orders,
            () -> stage == Stage.SERVING && !doubt.isOpen());
    this.intake =
        new Intake(
            inboxes,
            settlement,
            sender,
            partitionServices.dropPolicy(),
            new HotShare(rules.windowBytes(), hot::bytes));
    this.sessions =
        new PartitionSessions(
            loop,
            this::run,
            () -> stage,
            doubt,
            inboxes,
            settlement,
            intake,
            sender,
            replays,
            orders);
    this.looks =
        new PartitionLooks(
            loop, () -> !isOpen() || doubt.isOpen(), inboxes, store, partitionServices, settlement);
    this.cleanup =
        new ParkedCleanup(
            number, guarded, partitionServices, inboxes, settlement, store, index, doubt::isOpen);
    ParkedCopies copies = new ParkedCopies(this::isClosed, doubt, hot, inboxes, settlement);
    this.entries =
        new HotEntries(
            number,
            guarded,
            this::isClosed,
            doubt,
            hot,
            inboxes,
            settlement,
            intake,
            cleanup,
            recent,
            sender,
            copies,
            partitionServices,
            orders,
            index.life());
    this.updates =
        new ParkedUpdates(
            guarded,
            this::isClosed,
            inboxes,
            parked,
            cleanup,
            sender,
            entries::resolve,
            copies,
            entries::lives,
            fence,
            this::open,
            () -> failed);
  }

  /** Runs on the partition's loop, at once if this is it. */
  void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  private boolean isClosed() {
    return stage == Stage.CLOSED;
  }

  boolean isOpen() {
    return hot.hasBegun() && (stage == Stage.SERVING || stage == Stage.DRAINING);
  }

  /** What it waits for while it is not open. */
  String awaits() {
    if (failed) {
      return "(unexpected failure: this node's log tells which; it is opened again soon)";
    }
    return stage == Stage.FENCING
        ? "(its first record is not in inbox-%d yet)".formatted(number)
        : "(deliveries-%d is not read yet)".formatted(number);
  }

  /** Takes what is read from the log. */
  DeliverySink entries() {
    return entries;
  }

  /** How much of it is not resolved, in bytes. */
  long bytes() {
    return hot.bytes();
  }

  private @Nullable Life life() {
    return entries.life();
  }

  private void pull(DeviceInbox inbox) {
    sender.pull(inbox);
  }

  /** Takes what happens in the store of the parked inbox. */
  InboxListener updates() {
    return updates;
  }

  /** How many entries are in the parked inbox. */
  long parkedCount() {
    return parked.count();
  }

  /** What they weigh. */
  long parkedBytes() {
    return parked.bytes();
  }

  /** How many devices have been found to have parked entries that can't be read yet. */
  int unread() {
    return sender.unread();
  }

  /** How long the oldest entry that is not resolved has been here. */
  Duration oldest() {
    long since = hot.oldest();
    return since == HotWindow.NONE
        ? Duration.ZERO
        : Duration.ofMillis(Math.max(0, settlement.monotonicNow() - since));
  }

  private void ended(DeviceInbox inbox, Entry entry) {
    guarded.execute(() -> {
      entries.resolve(entry);
      inboxes.dropIfIdle(inbox);
    });
  }

  private void unstorable(DeviceInbox inbox, Entry entry, String why) {
    guarded.execute(() -> {
      if (!isClosed()) {
        settlement.unstorable(inbox, entry, why);
        sender.pull(inbox);
      }
    });
  }

  /** The connections of the partition's devices. */
  PartitionSessions sessions() {
    return sessions;
  }

  /** How much waits until it is clear whether the partition is still this node's. */
  int waitingForCertainty() {
    return doubt.size();
  }

  /** A token of the device has been revoked: what waits for it ends. */
  void purge(DeviceId device) {
    run(() ->
        doubt.orWhenSure(() -> {
          @Nullable DeviceInbox inbox = inboxes.find(device);
          if (!isClosed() && inbox != null) {
            intake.purge(inbox);
            cleanup.purge(inbox);
            replays.purge(inbox);
          }
        }));
  }

  /**
   * Ends what waits under the device's revoked tokens. Completes on the loop, never if the
   * partition is given back.
   */
  CompletableFuture<Partitions.Purge> end(DeviceId device) {
    CompletableFuture<Partitions.Purge> result = new CompletableFuture<>();
    run(() ->
        doubt.orWhenSure(() -> {
          if (isClosed()) {
            return;
          }
          @Nullable DeviceInbox inbox = inboxes.find(device);
          int hotEnded = inbox == null ? 0 : intake.purge(inbox);
          Consumer<Purged> then =
              purged ->
                  result.complete(
                      new Partitions.Purge(
                          hotEnded + purged.ended(), purged.found() > 0 || hasRevoked(device)));
          if (inbox == null) {
            result.complete(new Partitions.Purge(hotEnded, hasRevoked(device)));
          } else {
            cleanup.purge(inbox, then);
          }
        }));
    return result;
  }

  /** What providers have ordered to be sent again: these, and no others. */
  void carryOut(List<Order> wanted, OrderLog log) {
    run(() -> {
      if (stage == Stage.SERVING && !doubt.isOpen()) {
        orders.carryOut(wanted, log);
      }
    });
  }

  private boolean hasRevoked(DeviceId device) {
    @Nullable Window current = hot.window();
    return current != null && intake.hasRevoked(current, device);
  }

  // ---- Its life -------------------------------------------------------------------------------

  private void open() {
    assert loop.inEventLoop();
    if (stage != Stage.FENCING) {
      return;
    }
    stage = Stage.SERVING;
    // All partitions at the same time, so that one commit does for them all.
    long every = rules.commitInterval().toMillis();
    long first = every - settlement.now() % every;
    ticks =
        loop.scheduleAtFixedRate(
            () -> guarded.run(this::tick), first, every, TimeUnit.MILLISECONDS);
    entries.recordHighestParked();
    orders.opened();
    whenOpen.run();
    inboxes.snapshot().forEach(sender::pull);
  }

  private void tick() {
    assert loop.inEventLoop();
    @Nullable Window current = hot.window();
    if (current == null || isClosed() || doubt.isOpen()) {
      return;
    }
    intake.parkOverdue(current, rules.parkAfter());
    cleanup.tick();
    sender.tick();
    replays.tick();
    orders.tick();
    hot.recordOldest(current);
    @Nullable CommitPoint changed = hot.pollChange();
    if (changed != null) {
      commits.accept(entries, changed);
    }
  }

  /**
   * It is not clear, or is again, whether the partition is still this node's. Until it is, nothing
   * is sent, parked, ended or committed: another node may be doing it.
   */
  void doubt(boolean now) {
    run(() -> {
      if (now) {
        doubt.begin();
      } else if (doubt.isOpen()) {
        guarded.run(this::goOn);
      }
    });
  }

  private void goOn() {
    doubt.end();
    inboxes.snapshot().forEach(sender::pull);
  }

  /**
   * What has failed is half done, and what follows would say that it was done. So nothing more is
   * read, sent or committed here: whoever has the partition next begins before it, this node too,
   * which opens it again. Until then it is not ready.
   */
  private void fails(Throwable why) {
    LOG.error("partition {}: closed by an unexpected failure, to be opened again", number, why);
    failed = true;
    stage = Stage.CLOSED;
    // What was being read is not gone on with.
    cleanup.close();
  }

  /** Sends nothing more, and lets nobody in. */
  void drain() {
    run(() -> {
      if (!isClosed()) {
        stage = Stage.DRAINING;
        replays.endAll(ReplayEnd.How.MOVED);
        orders.close();
      }
    });
  }

  /**
   * Completes on the loop, with whether everything sent is confirmed and its receipt is in the log,
   * or there is no use in waiting for it.
   */
  CompletableFuture<Boolean> isSettled() {
    return CompletableFuture.supplyAsync(
        () -> {
          @Nullable Window current = hot.window();
          return failed
              || doubt.isOpen()
              || (sessions.hasNoneInFlight() && (current == null || !current.isEnding()));
        },
        loop);
  }

  /**
   * What is left when a partition is let go.
   *
   * @param last to be committed; null if nothing was read, or others may have committed since
   * @param links of devices that are to be told
   */
  record Remains(@Nullable CommitPoint last, List<DeviceLink> links) {}

  /** Lets go of everything; completes on the loop. */
  CompletableFuture<Remains> close() {
    CompletableFuture<Remains> remains = new CompletableFuture<>();
    run(() -> {
      stage = Stage.CLOSED;
      replays.endAll(ReplayEnd.How.MOVED);
      orders.close();
      cleanup.close();
      if (ticks != null) {
        ticks.cancel(false);
      }
      List<DeviceLink> links = sessions.connected();
      inboxes.clear();
      @Nullable CommitPoint last = failed || doubt.isOpen() ? null : hot.commitPoint();
      doubt.clear();
      remains.complete(new Remains(last, links));
    });
    return remains;
  }
}
