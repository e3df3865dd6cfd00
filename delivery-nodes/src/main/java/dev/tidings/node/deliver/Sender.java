package dev.tidings.node.deliver;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Sent;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.replay.Replay;
import dev.tidings.node.replay.ordered.OrderRuns;
import dev.tidings.node.session.CloseReason;
import dev.tidings.node.settle.DeliveryMeters;
import dev.tidings.node.settle.DeliverySteps;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.node.settle.DropReason;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import dev.tidings.service.log.SeldomLog;
import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends: first what is parked, in order, then what is hot, and never more than a session has credit
 * for. The one place where the order of a device's notifications is decided. Confined to the
 * partition's loop.
 */
final class Sender {
  private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
  private static final long RETRY_MILLIS = 500;

  private final int number;
  private final EventExecutor loop;

  /** For what would be half done if it failed. */
  private final GuardedLoop guarded;

  private final ParkedStore store;
  private final ParkedReader reader;
  private final Settlement settlement;
  private final DropPolicy dropPolicy;
  private final DeliveryMeters meters;
  private final Replays replays;
  private final OrderRuns orders;
  private final BooleanSupplier open;
  private final BooleanSupplier logIsFull;
  private final UnreadInboxes unread = new UnreadInboxes();

  /** Those whose parked entries are not read as long as the log takes nothing. */
  private final Set<DeviceInbox> heldBack = new LinkedHashSet<>();

  private final SeldomLog broken = new SeldomLog(LOG);

  /**
   * @param number the partition's
   * @param replays what devices want once more, behind all else
   * @param orders what providers want to be sent once more, behind that
   * @param open whether the partition may send
   */
  Sender(
      int number,
      EventExecutor loop,
      GuardedLoop guarded,
      ParkedStore store,
      PartitionServices partitionServices,
      Settlement settlement,
      Replays replays,
      OrderRuns orders,
      BooleanSupplier open) {
    this.number = number;
    this.loop = loop;
    this.guarded = guarded;
    this.store = store;
    this.reader = partitionServices.parkedReader();
    this.settlement = settlement;
    this.dropPolicy = partitionServices.dropPolicy();
    this.meters = partitionServices.meters();
    this.replays = replays;
    this.orders = orders;
    this.open = open;
    this.logIsFull = partitionServices.log()::isFull;
  }

  /** Sends what the device has credit for. */
  void pull(DeviceInbox inbox) {
    DeviceSession session = inbox.session();
    if (!open.getAsBoolean()
        || session == null
        || session.subscriptions().coverNothing()
        || session.isReading()
        || session.isBlocked()
        || session.availableCredit() <= 0) {
      return;
    }
    if (session.hasBacklog()) {
      long to = session.readableTo();
      if (logIsFull.getAsBoolean()) {
        // What it confirms adds to what waits to be written.
        heldBack.add(inbox);
      } else if (to > session.cursor()) {
        read(session, to);
      }
      return;
    }
    boolean pushed = false;
    @Nullable Entry entry;
    while (session.availableCredit() > 0 && (entry = inbox.pollOpen()) != null) {
      Delivery delivery = entry.delivery();
      long now = settlement.now();
      @Nullable DropReason dropReason = dropPolicy.of(inbox, entry.sequence(), delivery, now);
      if (dropReason != null) {
        settlement.drop(inbox, entry, dropReason);
      } else {
        // Neither one that was sent ahead of older ones is known by its sequence alone, nor a
        // withdrawal, which later ones pass while what it takes back is sought.
        boolean passed = inbox.recordPush(entry.sequence());
        boolean before = entry.wasSent() || (passed && !WithdrawalId.isOne(delivery.getId()));
        push(session, entry.sequence(), delivery, entry, before, now);
        pushed = true;
      }
    }
    pushed |= replay(session);
    if (pushed) {
      flush(session);
    }
  }

  /** Goes on with those that were held back, once the log takes records again. */
  void tick() {
    if (!heldBack.isEmpty() && !logIsFull.getAsBoolean()) {
      List<DeviceInbox> waiting = List.copyOf(heldBack);
      heldBack.clear();
      waiting.forEach(this::pull);
    }
  }

  /** Sends one entry at once, whatever else the device waits for. */
  void pushAhead(DeviceSession session, Entry entry) {
    push(session, entry.sequence(), entry.delivery(), entry, entry.wasSent(), settlement.now());
    flush(session);
  }

  private boolean replay(DeviceSession session) {
    @Nullable Replay replay = session.replay();
    try {
      boolean own = replay != null && replays.push(session, replay);
      return orders.push(session) || own;
    } catch (RuntimeException | OutOfMemoryError e) {
      closeBroken(session, e);
      return false;
    }
  }

  private void push(
      DeviceSession session,
      long sequence,
      Delivery delivery,
      @Nullable Entry entry,
      boolean duplicate,
      long now) {
    if (entry != null) {
      entry.sent(now);
    }
    int packetId = session.inFlight().put(new Sent(sequence, delivery, entry, now));
    session.inbox().recordPacketId(packetId);
    meters.pushed(duplicate);
    try {
      session.link().push(packetId, duplicate, delivery);
    } catch (RuntimeException | OutOfMemoryError e) {
      closeBroken(session, e);
    }
  }

  private void flush(DeviceSession session) {
    if (session.isBroken()) {
      return;
    }
    try {
      session.link().flush();
    } catch (RuntimeException | OutOfMemoryError e) {
      closeBroken(session, e);
    }
  }

  /**
   * A connection that cannot be written to, mostly because there is no memory for it, is closed:
   * what it has in flight is sent again over the next one, and no other device has to wait.
   */
  private void closeBroken(DeviceSession session, Throwable why) {
    session.markBroken();
    broken.error(
        "partition %d, device %s: its connection cannot be written to and is closed"
            .formatted(number, session.inbox().device()),
        why);
    // Not from within: whoever sends has not come to an end.
    loop.execute(() -> {
      session.detached();
      session.link().close(CloseReason.OVERLOADED);
    });
  }

  private void read(DeviceSession session, long to) {
    session.beginRead();
    DeviceInbox inbox = session.inbox();
    long from = Math.max(session.cursor() + 1, Math.min(inbox.parked().low(), to));
    int limit = session.availableCredit();
    boolean passing = unread.passes(inbox.device(), settlement.monotonicNow());
    reader.readSome(
        store,
        new ParkedReader.Page(inbox.key(), from, to, session.remaining(), limit),
        passing,
        session.subscriptions()::covers,
        (some, failure) -> guarded.execute(() -> endRead(session, passing, some, failure)));
  }

  private void endRead(
      DeviceSession session,
      boolean passing,
      ParkedReader.@Nullable Some some,
      @Nullable RuntimeException failure) {
    if (session.inbox().session() != session) {
      return;
    }
    if (!open.getAsBoolean()) {
      // Read again when it may be sent, if it may be.
      session.abandonRead();
      return;
    }
    if (some == null) {
      LOG.warn(
          "partition {}, device {}: its parked entries could not be read, they are read again in"
              + " {} ms: {}",
          number,
          session.inbox().device(),
          RETRY_MILLIS,
          failure + "");
      session.abandonRead();
      guarded.schedule(() -> pull(session.inbox()), RETRY_MILLIS);
      return;
    }
    if (session.mustReadAgain()) {
      session.abandonRead();
      pull(session.inbox());
      return;
    }
    Set<Long> gone = session.endRead(some.last(), some.seen());
    for (Parked entry : some.entries()) {
      if (!gone.contains(entry.sequence()) && !session.isBroken()) {
        send(session, entry);
      }
    }
    flush(session);
    if (some.unread() != ParkedReader.NONE) {
      meetsUnread(session, passing, some.unread());
    } else if (session.hasReadAll()) {
      forget(session.inbox());
    }
    pull(session.inbox());
  }

  /** An entry can't be read yet: it, and for a while all behind it, is read again later. */
  private void meetsUnread(DeviceSession session, boolean passing, long sequence) {
    boolean planned = passing && !session.passOverUnread(sequence);
    if (!passing) {
      session.block();
    }
    if (!planned) {
      lookAgain(session, unread.found(session.inbox().device(), settlement.monotonicNow()));
    }
  }

  private void lookAgain(DeviceSession session, long millis) {
    guarded.schedule(
        () -> {
          if (session.inbox().session() != session) {
            return;
          }
          if (session.isReading()) {
            lookAgain(session, RETRY_MILLIS);
          } else {
            session.rereadUnread();
            pull(session.inbox());
          }
        },
        millis);
  }

  /** Nothing of the device's is left in the store that cannot be read. */
  void forget(DeviceInbox inbox) {
    unread.forget(inbox.device());
  }

  /** How many devices have been found to have parked entries that can't be read yet. */
  int unread() {
    return unread.count();
  }

  private void send(DeviceSession session, Parked parked) {
    DeviceInbox inbox = session.inbox();
    long sequence = parked.sequence();
    if (inbox.isLeaving(sequence) || session.inFlight().contains(sequence)) {
      return;
    }
    switch (parked) {
      case Parked.Unreadable unreadable -> settlement.deadLetter(inbox, unreadable);
      case Parked.SchemaMissing later -> {
        // It is not among what is to be sent.
      }
      case Parked.Valid valid -> {
        Delivery delivery = valid.delivery();
        long now = settlement.now();
        @Nullable DropReason dropReason = dropPolicy.of(inbox, sequence, delivery, now);
        if (dropReason != null) {
          settlement.drop(inbox, valid, dropReason);
        } else if (session.wants(delivery.getApp())) {
          boolean before = inbox.recordPush(sequence) || DeliverySteps.wasPushed(delivery);
          push(session, sequence, delivery, null, before, now);
        }
      }
    }
  }
}
