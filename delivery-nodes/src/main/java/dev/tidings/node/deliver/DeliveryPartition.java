package dev.tidings.node.deliver;

import dev.tidings.node.cleanup.ParkedCleanup;
import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.inbox.InboxListener;
import dev.tidings.node.log.DeliverySink;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.parked.LifeRecord;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.settle.DeliveryMeters;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One partition this node owns: the hot window, the inboxes of its devices, and who is connected.
 * Its state is confined to one event loop; what others call hops there. It is longer than most
 * because everything that happens to a partition comes in here, and in what order is decided here.
 */
final class DeliveryPartition implements DeliverySink {
  private final int number;
  private final EventExecutor loop;
  private final DeliveryRules rules;
  private final LogWriter log;
  private final DeliveryMeters meters;
  private final Inboxes inboxes;
  private final Settlement settlement;
  private final Sender sender;
  private final Intake intake;
  private final ParkedCleanup cleanup;
  private final PartitionSessions sessions;
  private final HotWindow hot;
  private final ParkedTotals parked;
  private final ParkedUpdates updates;
  private final Runnable whenOpen;
  private final BiConsumer<DeliverySink, CommitPoint> commits;

  private volatile @Nullable Life life;
  private volatile long highestParked = ParkedRange.NONE;
  private volatile Stage stage = Stage.FENCING;
  private @Nullable ScheduledFuture<?> ticks;

  /** How many entries were found that a replaced owner has parked while they were hot here. */
  private long copies;

  /** What waits until it is clear whether the partition is still this node's. */
  private final Doubt doubt = new Doubt();

  /**
   * @param index what stands in the store; handed over
   * @param fence written to the inbox by the caller
   * @param whenOpen called on the loop when all that was parked before stands in the store
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
    this.life = index.life();
    this.log = partitionServices.log();
    this.rules = partitionServices.rules();
    this.meters = partitionServices.meters();
    this.whenOpen = whenOpen;
    this.commits = commits;
    this.hot = new HotWindow(new RecentDeliveries(rules.duplicateWindow()));
    this.parked = new ParkedTotals(index.ranges().values());
    this.inboxes = new Inboxes(index.ranges());
    this.settlement = new Settlement(number, partitionServices, this::ended, this::unstorable);
    this.sender =
        new Sender(
            number,
            loop,
            store,
            partitionServices,
            settlement,
            () -> stage == Stage.SERVING && !doubt.isOpen());
    this.intake =
        new Intake(
            inboxes,
            settlement,
            sender,
            partitionServices.dropPolicy(),
            new HotShare(rules.windowBytes(), this::bytes));
    this.sessions =
        new PartitionSessions(
            loop, this::run, () -> stage, doubt, inboxes, settlement, intake, sender);
    this.cleanup =
        new ParkedCleanup(
            loop, partitionServices, inboxes, settlement, store, index, doubt::isOpen);
    this.updates =
        new ParkedUpdates(
            loop,
            () -> stage == Stage.CLOSED,
            inboxes,
            parked,
            cleanup,
            sender,
            this::resolve,
            this::isCopy,
            this::lives,
            fence,
            this::open);
  }

  /** Runs on the partition's loop, at once if this is it. */
  void run(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  boolean isOpen() {
    return hot.hasBegun() && (stage == Stage.SERVING || stage == Stage.DRAINING);
  }

  /** What it waits for while it is not open. */
  String awaits() {
    return stage == Stage.FENCING
        ? "(its first record is not in inbox-%d yet)".formatted(number)
        : "(deliveries-%d is not read yet)".formatted(number);
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

  // ---- The hot window -------------------------------------------------------------------------

  @Override
  public @Nullable Life life() {
    return life;
  }

  @Override
  public long highestParked() {
    return highestParked;
  }

  @Override
  public void beginsAt(Life begun, CommitPoint point) {
    // After the entries read before, which may be waiting: the log no longer has them.
    loop.execute(() -> doubt.orWhenSure(() -> begin(begun, point)));
  }

  private void begin(Life begun, CommitPoint point) {
    assert loop.inEventLoop();
    if (stage == Stage.CLOSED) {
      return;
    }
    @Nullable Window current = hot.window();
    if (current == null) {
      hot.begin(point);
    } else {
      // What is left of the life before is nowhere in the log any more.
      intake.parkBefore(current, point.low());
      hot.restart(current, point);
    }
    if (!begun.equals(life) && !begun.topic().equals(Uuid.ZERO_UUID)) {
      // It goes before anything that is parked under its sequences.
      log.write(LifeRecord.write(number, begun));
      life = begun;
    }
  }

  private void lives(Life known) {
    Life before = life;
    if (before == null || before.number() <= known.number()) {
      life = known;
    }
  }

  @Override
  public long bytes() {
    return hot.bytes();
  }

  @Override
  public void arrived(List<Entry> entries, long next) {
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    hot.addQueued(bytes);
    loop.execute(() ->
        doubt.orWhenSure(() -> {
          try {
            take(entries, next);
          } finally {
            hot.addQueued(-bytes);
          }
        }));
  }

  private void take(List<Entry> entries, long next) {
    assert loop.inEventLoop();
    @Nullable Window current = hot.window();
    if (stage == Stage.CLOSED || current == null) {
      return;
    }
    List<DeviceInbox> touched = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (take(current, entry)) {
        DeviceInbox inbox = inboxes.of(entry.device());
        if (inbox.isLeaving(entry.sequence())) {
          // Read once more, and its parked copy has just ended: to park it again would say, behind
          // its end, that it waits. Until the tombstone stands the copy is what comes again.
          current.resolve(entry);
          continue;
        }
        intake.take(inbox, entry);
        if (inbox.touch()) {
          touched.add(inbox);
        }
      }
    }
    hot.readTo(current, next);
    for (DeviceInbox inbox : touched) {
      inbox.clearTouched();
      sender.pull(inbox);
      inboxes.dropIfIdle(inbox);
    }
  }

  /** Whether anything is to be done for an entry. */
  private boolean take(Window current, Entry entry) {
    HotWindow.Arrival arrival = hot.add(current, entry);
    if (arrival != HotWindow.Arrival.RESOLVED) {
      meters.arrived();
    }
    if (arrival == HotWindow.Arrival.REPEATED) {
      // The one that came first is delivered or accounted for.
      meters.repeated();
      settlement.repeated(entry, () -> ended(entry));
    }
    return arrival == HotWindow.Arrival.NEW;
  }

  @Override
  public void ended(Entry entry) {
    // After the entry itself, which may be waiting.
    loop.execute(() -> doubt.orWhenSure(() -> resolve(entry)));
  }

  private void ended(DeviceInbox inbox, Entry entry) {
    loop.execute(() -> {
      resolve(entry);
      inboxes.dropIfIdle(inbox);
    });
  }

  private void unstorable(DeviceInbox inbox, Entry entry, String why) {
    loop.execute(() -> {
      if (stage != Stage.CLOSED) {
        settlement.unstorable(inbox, entry, why);
        sender.pull(inbox);
      }
    });
  }

  /** The connections of the partition's devices. */
  PartitionSessions sessions() {
    return sessions;
  }

  private void resolve(Entry entry) {
    assert loop.inEventLoop();
    if (stage != Stage.CLOSED) {
      if (copies > 0) {
        endCopy(entry);
      }
      hot.resolve(entry);
    }
  }

  /**
   * A replaced owner, which does not know it yet, has parked what was read here, too. What has
   * ended is removed; what has not is sent from here, and removed when it ends: until then, the
   * owner before may have committed that it is parked.
   */
  private boolean isCopy(DeviceInbox inbox, long sequence) {
    switch (hot.known(sequence)) {
      case NOTHING -> {
        return false;
      }
      case WAITS -> {
        inbox.markCopy(sequence);
        copies++;
      }
      case OVER -> {
        inbox.markLeaving(sequence);
        removeCopy(inbox, sequence);
      }
    }
    return true;
  }

  private void endCopy(Entry entry) {
    @Nullable DeviceInbox inbox =
        entry.state() == Entry.State.RESOLVED ? null : inboxes.find(entry.device());
    if (inbox != null && inbox.hasCopy(entry.sequence())) {
      removeCopy(inbox, entry.sequence());
    }
  }

  private void removeCopy(DeviceInbox inbox, long sequence) {
    doubt.orWhenSure(() -> {
      if (stage != Stage.CLOSED) {
        settlement.removeCopy(inbox, sequence);
      }
    });
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
          if (stage != Stage.CLOSED && inbox != null) {
            intake.purge(inbox);
            cleanup.purge(inbox);
          }
        }));
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
    ticks = loop.scheduleAtFixedRate(this::tick, first, every, TimeUnit.MILLISECONDS);
    highestParked =
        inboxes.all().stream()
            .mapToLong(inbox -> inbox.parked().high())
            .max()
            .orElse(ParkedRange.NONE);
    whenOpen.run();
    inboxes.snapshot().forEach(sender::pull);
  }

  private void tick() {
    assert loop.inEventLoop();
    @Nullable Window current = hot.window();
    if (current == null || stage == Stage.CLOSED || doubt.isOpen()) {
      return;
    }
    intake.parkOverdue(current, rules.parkAfter());
    cleanup.tick();
    sender.tick();
    hot.recordOldest(current);
    @Nullable CommitPoint changed = hot.pollChange();
    if (changed != null) {
      commits.accept(this, changed);
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
        doubt.end();
        inboxes.snapshot().forEach(sender::pull);
      }
    });
  }

  /** Sends nothing more, and lets nobody in. */
  void drain() {
    run(() -> {
      if (stage != Stage.CLOSED) {
        stage = Stage.DRAINING;
      }
    });
  }

  /**
   * Completes on the loop, with whether everything sent is confirmed and its receipt stands, or
   * there is no use in waiting for it.
   */
  CompletableFuture<Boolean> isSettled() {
    return CompletableFuture.supplyAsync(
        () -> {
          @Nullable Window current = hot.window();
          return doubt.isOpen()
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
      cleanup.close();
      if (ticks != null) {
        ticks.cancel(false);
      }
      List<DeviceLink> links = sessions.connected();
      inboxes.clear();
      @Nullable CommitPoint last = doubt.isOpen() ? null : hot.commitPoint();
      doubt.clear();
      remains.complete(new Remains(last, links));
    });
    return remains;
  }
}
