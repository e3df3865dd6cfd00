package dev.tidings.node.deliver;

import dev.tidings.node.cleanup.ParkedCleanup;
import dev.tidings.node.cleanup.SearchListener;
import dev.tidings.node.cleanup.Sought;
import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.device.Sent;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.replay.Replay;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.node.settle.DeliverySteps;
import dev.tidings.node.settle.DropReason;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a withdrawal does, which has come behind the notification that it takes back. What
 * waits for its device ends; if the device has been sent it, or may have been, the withdrawal goes
 * to the device like a notification, and otherwise it ends with what it has taken back. It stays in
 * the window meanwhile, and takes no other memory. Confined to the partition's loop.
 */
final class WithdrawnNotifications {
  private static final long UNKNOWN = -1;

  private final Inboxes inboxes;
  private final Settlement settlement;
  private final Intake intake;
  private final Sender sender;
  private final ParkedCleanup cleanup;
  private final RecentDeliveries recent;
  private final OrderRuns orders;
  private final Consumer<Entry> ended;
  private final Consumer<Runnable> whenSure;

  /** Since when this node sends what is in the partition, by the host's clock. */
  private long openedAt;

  /** The sequence behind what may have been sent by whoever had the partition before. */
  private long mayBeSentBelow = UNKNOWN;

  /**
   * @param ended told, on any thread, that a withdrawal has ended
   * @param whenSure runs a task on the loop, from any thread, as long as the partition is this
   *     node's without doubt
   */
  WithdrawnNotifications(
      Inboxes inboxes,
      Settlement settlement,
      Intake intake,
      Sender sender,
      ParkedCleanup cleanup,
      RecentDeliveries recent,
      OrderRuns orders,
      Consumer<Entry> ended,
      Consumer<Runnable> whenSure) {
    this.inboxes = inboxes;
    this.settlement = settlement;
    this.intake = intake;
    this.sender = sender;
    this.cleanup = cleanup;
    this.recent = recent;
    this.orders = orders;
    this.ended = ended;
    this.whenSure = whenSure;
  }

  /** From now on this node sends what is in the partition. */
  void opened() {
    openedAt = settlement.now();
  }

  /** What is before this in the log was there when this node took the partition over. */
  void takenOver(long next) {
    mayBeSentBelow = next;
  }

  /** A withdrawal has arrived. */
  void take(DeviceInbox inbox, Entry withdrawal) {
    Delivery delivery = withdrawal.delivery();
    Sought sought =
        new Sought(WithdrawalId.parse(delivery.getId()).withdrawn().value(), delivery.getToken());
    Predicate<Delivery> same =
        each -> each.getId().equals(sought.id()) && each.getToken().equals(sought.token());
    @Nullable DeviceSession session = inbox.session();
    @Nullable Replay replay = session == null ? null : session.replay();
    DeliveryPrint print = DeliveryPrint.of(sought.id(), sought.token(), inbox.device());
    orders.withdraw(delivery.getApp(), print);
    if (replay != null) {
      replay.withdraw(delivery.getApp(), print);
    }
    @Nullable Sent sent = session == null ? null : session.inFlight().find(same);
    if (sent != null) {
      end(
          inbox,
          withdrawal,
          sought,
          true,
          then -> settlement.drop(inbox, sent, DropReason.withdrawn(), then));
      return;
    }
    @Nullable Entry waits = find(inbox, same);
    if (waits != null) {
      boolean mayBeKnown = waits.wasSent() || mayBeKnown(waits.sequence(), waits.delivery());
      end(
          inbox,
          withdrawal,
          sought,
          mayBeKnown,
          then -> settlement.drop(inbox, waits, DropReason.withdrawn(), then));
    } else if (inbox.parked().isEmpty()) {
      takeUnfound(inbox, withdrawal, sought, true);
    } else {
      // Nobody else does anything with it until it is clear.
      withdrawal.moveTo(Entry.State.ENDING);
      cleanup.look(inbox, sought, new InParked(withdrawal, sought));
    }
  }

  /** Returns the one that waits to be sent, or is on its way to the inbox and has not ended. */
  private static @Nullable Entry find(DeviceInbox inbox, Predicate<Delivery> same) {
    for (Entry entry : inbox.open()) {
      if (entry.state() == Entry.State.OPEN && same.test(entry.delivery())) {
        return entry;
      }
    }
    for (Entry entry : inbox.parking()) {
      if (entry.state() == Entry.State.PARKED
          && !inbox.isLeaving(entry.sequence())
          && same.test(entry.delivery())) {
        return entry;
      }
    }
    return null;
  }

  /** What becomes of a withdrawal whose notification may be parked. */
  private final class InParked implements SearchListener {
    private final Entry withdrawal;
    private final Sought sought;
    private boolean over;

    InParked(Entry withdrawal, Sought sought) {
      this.withdrawal = withdrawal;
      this.sought = sought;
    }

    @Override
    public void found(DeviceInbox inbox, Parked.Valid entry) {
      @Nullable DeviceSession session = inbox.session();
      boolean mayBeKnown =
          inbox.mayHaveBeenSent(entry.sequence())
              || (session != null && session.inFlight().contains(entry.sequence()))
              || mayBeKnown(entry.sequence(), entry.delivery());
      if (over) {
        settlement.drop(inbox, entry, DropReason.withdrawn());
        return;
      }
      over = true;
      end(
          inbox,
          withdrawal,
          sought,
          mayBeKnown,
          then -> settlement.drop(inbox, entry, DropReason.withdrawn(), then));
    }

    @Override
    public void ended(boolean certain) {
      if (!over) {
        // What is found later ends by itself.
        over = true;
        DeviceInbox inbox = inboxes.of(withdrawal.device());
        takeUnfound(inbox, withdrawal, sought, certain);
        sender.pull(inbox);
        inboxes.dropIfIdle(inbox);
      }
    }
  }

  /**
   * Whether the device may have been sent it, here or by whoever had the partition before. The log
   * tells what was there then; when it was resolved counts only where that is not known.
   */
  private boolean mayBeKnown(long sequence, Delivery delivery) {
    if (DeliverySteps.wasPushed(delivery)) {
      return true;
    }
    return mayBeSentBelow == UNKNOWN
        ? DeliverySteps.wasHot(delivery, openedAt)
        : sequence < mayBeSentBelow && !DeliverySteps.wasParked(delivery, openedAt);
  }

  /** What ends a notification, and calls back when that is in the log. */
  private interface End {
    void with(Runnable then);
  }

  /**
   * The notification ends, and with it the withdrawal, unless the device has to be told. Neither
   * happens before that end is in the log: the notification would be delivered by whoever reads it
   * again, and this, confirmed by then, would not.
   */
  private void end(
      DeviceInbox inbox, Entry withdrawal, Sought sought, boolean mayBeKnown, End end) {
    recent.add(sought.id(), sought.token(), inbox.device());
    if (withdrawal.state() != Entry.State.ENDING) {
      withdrawal.moveTo(Entry.State.ENDING);
    }
    if (mayBeKnown) {
      end.with(() -> whenSure.accept(() -> tell(withdrawal, sought)));
    } else {
      recent.endedUnsent(sought.id(), sought.token(), inbox.device());
      end.with(() -> ended.accept(withdrawal));
    }
  }

  private void tell(Entry withdrawal, Sought sought) {
    DeviceInbox inbox = inboxes.of(withdrawal.device());
    tell(inbox, withdrawal, sought);
    inboxes.dropIfIdle(inbox);
  }

  /** It waits nowhere: either it has ended, or it never came. */
  private void takeUnfound(DeviceInbox inbox, Entry withdrawal, Sought sought, boolean certain) {
    boolean tells =
        switch (recent.known(sought.id(), sought.token(), inbox.device())) {
          case READ -> true;
          case UNSENT -> false;
          case NOTHING -> !certain || Boolean.TRUE.equals(withdrawal.delivery().getSent());
        };
    if (tells) {
      tell(inbox, withdrawal, sought);
    } else {
      if (withdrawal.state() != Entry.State.ENDING) {
        withdrawal.moveTo(Entry.State.ENDING);
      }
      ended.accept(withdrawal);
    }
  }

  /** The device is told, now or when it comes: from here on it is a delivery like any other. */
  private void tell(DeviceInbox inbox, Entry withdrawal, Sought sought) {
    // Should the notification come once more, it is not delivered.
    recent.add(sought.id(), sought.token(), inbox.device());
    if (withdrawal.state() != Entry.State.OPEN) {
      withdrawal.moveTo(Entry.State.OPEN);
    }
    intake.take(inbox, withdrawal);
    sender.pull(inbox);
  }
}
