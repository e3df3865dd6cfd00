package dev.tidings.node.deliver;

import dev.tidings.node.cleanup.ParkedCleanup;
import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.log.partition.DeliverySink;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.parked.LifeRecord;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Carries what is read from a partition of the log to the partition's loop: into the hot window,
 * and on to the inboxes of the devices; and what has ended out of the window.
 */
final class HotEntries implements DeliverySink {
  private final int number;
  private final GuardedLoop loop;
  private final BooleanSupplier closed;
  private final Doubt doubt;
  private final HotWindow hot;
  private final Inboxes inboxes;
  private final Settlement settlement;
  private final Intake intake;
  private final WithdrawnNotifications withdrawals;
  private final Sender sender;
  private final ParkedCleanup cleanup;
  private final ParkedCopies copies;
  private final LogWriter log;
  private final DeliveryMeters meters;

  private volatile @Nullable Life life;
  private volatile long highestParked = ParkedRange.NONE;

  /**
   * @param life as it is in the store; null if it is not
   */
  HotEntries(
      int number,
      GuardedLoop loop,
      BooleanSupplier closed,
      Doubt doubt,
      HotWindow hot,
      Inboxes inboxes,
      Settlement settlement,
      Intake intake,
      ParkedCleanup cleanup,
      RecentDeliveries recent,
      Sender sender,
      ParkedCopies copies,
      PartitionServices partitionServices,
      OrderRuns orders,
      @Nullable Life life) {
    this.number = number;
    this.loop = loop;
    this.closed = closed;
    this.doubt = doubt;
    this.hot = hot;
    this.inboxes = inboxes;
    this.settlement = settlement;
    this.intake = intake;
    this.withdrawals =
        new WithdrawnNotifications(
            inboxes,
            settlement,
            intake,
            sender,
            cleanup,
            recent,
            orders,
            this::ended,
            this::whenSure);
    this.sender = sender;
    this.cleanup = cleanup;
    this.copies = copies;
    this.log = partitionServices.log();
    this.meters = partitionServices.meters();
    this.life = life;
  }

  @Override
  public @Nullable Life life() {
    return life;
  }

  /** The inbox names a life of the log. On any thread. */
  void lives(Life known) {
    Life before = life;
    if (before == null || before.number() <= known.number()) {
      life = known;
    }
  }

  @Override
  public long highestParked() {
    return highestParked;
  }

  @Override
  public void endedAt(long next) {
    loop.execute(() -> withdrawals.takenOver(next));
  }

  /** All that was parked before the partition came here is in the inboxes. */
  void recordHighestParked() {
    withdrawals.opened();
    highestParked =
        inboxes.all().stream()
            .mapToLong(inbox -> inbox.parked().high())
            .max()
            .orElse(ParkedRange.NONE);
  }

  @Override
  public long bytes() {
    return hot.bytes();
  }

  @Override
  public void beginsAt(Life begun, CommitPoint point) {
    // After the entries read before, which may be waiting: the log no longer has them.
    loop.execute(() -> doubt.orWhenSure(() -> begin(begun, point)));
  }

  private void begin(Life begun, CommitPoint point) {
    assert loop.inEventLoop();
    if (closed.getAsBoolean()) {
      return;
    }
    @Nullable Window current = hot.window();
    if (current == null) {
      hot.begin(point);
    } else {
      // What is left of the life before is nowhere in the log any more, nor what is looked for.
      cleanup.giveUpSearches();
      intake.parkBefore(current, point.low());
      hot.restart(current, point);
    }
    if (!begun.equals(life) && !begun.topic().equals(Uuid.ZERO_UUID)) {
      // It goes before anything that is parked under its sequences.
      log.write(LifeRecord.write(number, begun));
      life = begun;
    }
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
    if (closed.getAsBoolean() || current == null) {
      return;
    }
    List<DeviceInbox> touched = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (take(current, entry)) {
        DeviceInbox inbox = inboxes.of(entry.device());
        if (inbox.isLeaving(entry.sequence())) {
          // Read once more, and its parked copy has just ended: to park it again would say, behind
          // its end, that it waits. Until the tombstone is in the store the copy is what comes
          // again.
          current.resolve(entry);
          continue;
        }
        if (WithdrawalId.isOne(entry.delivery().getId())) {
          withdrawals.take(inbox, entry);
        } else {
          intake.take(inbox, entry);
        }
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

  /** Does something on the loop, as long as the partition is this node's without doubt. */
  private void whenSure(Runnable task) {
    loop.execute(() ->
        doubt.orWhenSure(() -> {
          if (!closed.getAsBoolean()) {
            task.run();
          }
        }));
  }

  @Override
  public void ended(Entry entry) {
    // After the entry itself, which may be waiting.
    loop.execute(() -> doubt.orWhenSure(() -> resolve(entry)));
  }

  /** An entry has ended, or is parked: the log may be committed behind it. */
  void resolve(Entry entry) {
    assert loop.inEventLoop();
    if (!closed.getAsBoolean()) {
      copies.end(entry);
      hot.resolve(entry);
    }
  }
}
