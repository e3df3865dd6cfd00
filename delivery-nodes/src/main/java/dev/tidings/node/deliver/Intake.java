package dev.tidings.node.deliver;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.device.Sent;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.node.settle.DropReason;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of a hot entry that can't just wait for its turn: it is parked, sent ahead,
 * or ends. Confined to the partition's loop.
 */
final class Intake {
  private static final int MOVING_LONGER = 6;

  private static final String AWAY = "the device is away";
  private static final String UNSUBSCRIBED =
      "the device has not subscribed to the app's notifications";
  private static final String SLOW = "the device has not confirmed in time";
  private static final String BEHIND = "older notifications of the device wait";

  private static final String UPROOTED = "the log it was read from is gone";

  private final Inboxes inboxes;
  private final Settlement settlement;
  private final Sender sender;
  private final DropPolicy dropPolicy;
  private final HotShare share;

  Intake(
      Inboxes inboxes,
      Settlement settlement,
      Sender sender,
      DropPolicy dropPolicy,
      HotShare share) {
    this.share = share;
    this.inboxes = inboxes;
    this.settlement = settlement;
    this.sender = sender;
    this.dropPolicy = dropPolicy;
  }

  /** An entry has arrived. */
  void take(DeviceInbox inbox, Entry entry) {
    Delivery delivery = entry.delivery();
    DeviceSession session = inbox.session();
    @Nullable DropReason dropReason =
        dropPolicy.of(inbox, entry.sequence(), delivery, settlement.now());
    if (dropReason != null) {
      settlement.drop(inbox, entry, dropReason);
    } else if (session == null) {
      parkOrExpire(inbox, entry, null, AWAY);
    } else if (!session.wants(delivery.getApp())) {
      parkOrExpire(inbox, entry, null, UNSUBSCRIBED);
    } else if (inbox.openCount() < session.maxQueued()
        && share.allows(inbox.hotBytes(), entry.bytes())
        && !session.hasBacklog()
        && entry.sequence() > inbox.parked().high()) {
      inbox.addHot(entry);
      @Nullable Entry replaced = inbox.addOpen(entry, dropPolicy.key(delivery));
      if (replaced != null) {
        settlement.drop(inbox, replaced, dropPolicy.collapsed(replaced.delivery()));
      }
    } else if (!isOnce(delivery)) {
      // What is still hot is older: parked first, it keeps its place.
      catchUp(inbox);
      settlement.park(inbox, entry, null, BEHIND);
    } else if (session.availableCredit() > 0) {
      // One attempt is made at once: what is not stored can't keep its place behind what is.
      inbox.addHot(entry);
      sender.pushAhead(session, entry);
    } else {
      settlement.drop(inbox, entry, once("the device has no credit"));
    }
  }

  /** Older ones are parked: what is hot goes behind them. */
  void catchUp(DeviceInbox inbox) {
    parkOpen(inbox, BEHIND);
  }

  /** The device has subscribed to other apps than before: what it does not take waits parked. */
  void resubscribe(DeviceInbox inbox, DeviceSession session) {
    for (Entry entry : inbox.removeUnwanted(session::wants)) {
      parkOrExpire(inbox, entry, null, UNSUBSCRIBED);
    }
    if (session.hasBacklog()) {
      catchUp(inbox);
    }
  }

  /**
   * The device has come over another connection: what was in flight to the displaced one is sent
   * over that, except single attempts, which have been made.
   */
  void reopen(DeviceInbox inbox, DeviceSession displaced) {
    List<Entry> again = new ArrayList<>();
    for (Sent sent : displaced.inFlight().drain()) {
      @Nullable Entry entry = sent.entry();
      if (entry == null || !sent.isHot()) {
        continue;
      }
      if (isOnce(sent.delivery())) {
        settlement.drop(inbox, sent, once("it was not confirmed"));
      } else {
        again.add(entry);
      }
    }
    inbox.requeue(again);
  }

  /** The device has gone: what it was sent and has not confirmed, and what waits to be sent. */
  void detach(DeviceInbox inbox, DeviceSession session) {
    for (Sent sent : session.inFlight().drain()) {
      @Nullable Entry entry = sent.entry();
      if (entry == null || !sent.isHot()) {
        continue;
      }
      if (isOnce(sent.delivery())) {
        settlement.drop(inbox, sent, once("it was not confirmed"));
      } else {
        settlement.park(inbox, entry, sent.at(), AWAY);
      }
    }
    parkOpen(inbox, AWAY);
  }

  /**
   * What has waited for too long must not hold the offset any more. Where the device confirms, one
   * after the other, it is given more time: to park what is about to be confirmed takes three
   * records more, which a node that is late has no time for either.
   */
  void parkOverdue(Window window, Duration parkAfter) {
    long patience = share.patience(parkAfter).toMillis();
    long latest = settlement.monotonicNow() - patience;
    long latestOfMoving = settlement.monotonicNow() - MOVING_LONGER * patience;
    for (Entry entry : window.overdue(latest)) {
      if (!isUnsettled(entry)) {
        continue;
      }
      DeviceInbox inbox = inboxes.of(entry.device());
      DeviceSession session = inbox.session();
      if (session != null
          && session.hasProgressedSince(latest)
          && entry.arrivedAt() > latestOfMoving
          && !isOnce(entry.delivery())) {
        continue;
      }
      if (entry.state() == Entry.State.OPEN) {
        parkOpen(inbox, SLOW);
      } else if (entry.state() == Entry.State.SENT) {
        // It stays in flight; a confirmation that comes late finds where it went.
        parkOrExpire(inbox, entry, entry.sentAt(), SLOW);
      }
      sender.pull(inbox);
    }
  }

  /** The log that these were read from is no more: what is not stored now can't be read again. */
  void parkBefore(Window window, long sequence) {
    for (Entry entry : window.overdue(Long.MAX_VALUE)) {
      if (Life.numberOf(entry.sequence()) >= Life.numberOf(sequence)) {
        break;
      }
      if (!isUnsettled(entry)) {
        continue;
      }
      DeviceInbox inbox = inboxes.of(entry.device());
      if (entry.state() == Entry.State.OPEN) {
        parkOpen(inbox, UPROOTED);
      } else if (entry.state() == Entry.State.SENT) {
        parkOrExpire(inbox, entry, entry.sentAt(), UPROOTED);
      }
    }
  }

  /** A token of the device has been revoked. Returns how many have ended. */
  int purge(DeviceInbox inbox) {
    int ended = 0;
    for (Entry entry : inbox.open()) {
      if (entry.state() == Entry.State.OPEN
          && dropPolicy.isRevoked(inbox.device(), entry.delivery().getToken())) {
        settlement.drop(inbox, entry, dropPolicy.revocation(entry.delivery()));
        ended++;
      }
    }
    return ended;
  }

  /** Whether an entry of the device under a revoked token is not resolved yet. */
  boolean hasRevoked(Window window, DeviceId device) {
    return window.hasAny(
        entry -> entry.device().equals(device) && dropPolicy.isRevoked(device, entry.token()));
  }

  private void parkOpen(DeviceInbox inbox, String why) {
    @Nullable Entry entry;
    while ((entry = inbox.pollOpen()) != null) {
      parkOrExpire(inbox, entry, null, why);
    }
  }

  /** What may be attempted once only is not stored. */
  private void parkOrExpire(DeviceInbox inbox, Entry entry, @Nullable Long pushedAt, String why) {
    if (isOnce(entry.delivery())) {
      settlement.drop(inbox, entry, once(why));
    } else {
      settlement.park(inbox, entry, pushedAt, why);
    }
  }

  /** The inbox of one that is about to leave may be gone, and is not to be made anew. */
  private static boolean isUnsettled(Entry entry) {
    return switch (entry.state()) {
      case OPEN, SENT -> true;
      case ENDING, PARKED, RESOLVED -> false;
    };
  }

  private static boolean isOnce(Delivery delivery) {
    return Expiration.ofField(delivery.getExpiration()).isOnce();
  }

  private static DropReason once(String why) {
    return DropReason.expired("one attempt was asked for: " + why);
  }
}
