package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Parked;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.session.Farewell;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.service.log.SeldomLog;
import io.netty.util.concurrent.EventExecutor;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
  private final ParkedStore store;
  private final ParkedReader reader;
  private final Endings endings;
  private final Judge judge;
  private final NodeMeters meters;
  private final BooleanSupplier open;
  private final UnreadInboxes unread = new UnreadInboxes();
  private final SeldomLog broken = new SeldomLog(LOG);

  /**
   * @param number the partition's
   * @param open whether the partition may send
   */
  Sender(
      int number,
      EventExecutor loop,
      ParkedStore store,
      Shared shared,
      Endings endings,
      BooleanSupplier open) {
    this.number = number;
    this.loop = loop;
    this.store = store;
    this.reader = shared.parkedReader();
    this.endings = endings;
    this.judge = shared.judge();
    this.meters = shared.meters();
    this.open = open;
  }

  /** Sends what the device has credit for. */
  void pull(DeviceInbox inbox) {
    DeviceSession session = inbox.session();
    if (!open.getAsBoolean()
        || session == null
        || session.subscriptions().coverNothing()
        || session.isReading()
        || session.isHeld()
        || session.room() <= 0) {
      return;
    }
    if (session.isBehind()) {
      long to = session.readableTo();
      if (to > session.cursor()) {
        read(session, to);
      }
      return;
    }
    boolean pushed = false;
    @Nullable Entry entry;
    while (session.room() > 0 && (entry = inbox.pollOpen()) != null) {
      Delivery delivery = entry.delivery();
      @Nullable Verdict verdict = judge.of(inbox, entry.sequence(), delivery, endings.now());
      if (verdict != null) {
        endings.drop(inbox, entry, verdict);
      } else {
        push(session, entry.sequence(), delivery, entry, inbox.pushes(entry.sequence()));
        pushed = true;
      }
    }
    if (pushed) {
      flush(session);
    }
  }

  /** Sends one entry at once, whatever else the device waits for. */
  void pushAhead(DeviceSession session, Entry entry) {
    push(session, entry.sequence(), entry.delivery(), entry, false);
    flush(session);
  }

  private void push(
      DeviceSession session,
      long sequence,
      Delivery delivery,
      @Nullable Entry entry,
      boolean duplicate) {
    long now = endings.now();
    if (entry != null) {
      entry.sent(now);
    }
    int packetId = session.inFlight().put(new Sent(sequence, delivery, entry, now));
    session.inbox().pushesUnder(packetId);
    meters.pushed(duplicate);
    try {
      session.link().push(packetId, duplicate, delivery);
    } catch (RuntimeException | OutOfMemoryError e) {
      breaks(session, e);
    }
  }

  private void flush(DeviceSession session) {
    if (session.isBroken()) {
      return;
    }
    try {
      session.link().flush();
    } catch (RuntimeException | OutOfMemoryError e) {
      breaks(session, e);
    }
  }

  /**
   * A connection that cannot be written to, mostly because there is no memory for it, is closed:
   * what it has in flight is sent again over the next one, and no other device has to wait.
   */
  private void breaks(DeviceSession session, Throwable why) {
    session.breaks();
    broken.error("a device's connection cannot be written to, and is closed", why);
    // Not from within: whoever sends has not come to an end.
    loop.execute(() -> {
      session.detached();
      session.link().close(Farewell.OVERLOADED);
    });
  }

  private void read(DeviceSession session, long to) {
    session.beginsReading();
    DeviceInbox inbox = session.inbox();
    long from = Math.max(session.cursor() + 1, Math.min(inbox.parked().low(), to));
    int limit = session.room();
    boolean passing = unread.passes(inbox.device(), endings.evenNow());
    reader.readSome(
        store,
        new ParkedReader.Page(inbox.key(), from, to, session.remaining(), limit),
        passing,
        session.subscriptions()::covers,
        (some, failure) -> loop.execute(() -> hasRead(session, passing, some, failure)));
  }

  private void hasRead(
      DeviceSession session,
      boolean passing,
      ParkedReader.@Nullable Some some,
      @Nullable RuntimeException failure) {
    if (session.inbox().session() != session) {
      return;
    }
    if (!open.getAsBoolean()) {
      // Read again when it may be sent, if it may be.
      session.couldNotRead();
      return;
    }
    if (some == null) {
      LOG.warn("inbox-{}: reading parked entries failed, trying again: {}", number, failure + "");
      session.couldNotRead();
      loop.schedule(() -> pull(session.inbox()), RETRY_MILLIS, TimeUnit.MILLISECONDS);
      return;
    }
    if (session.readsAnew()) {
      session.couldNotRead();
      pull(session.inbox());
      return;
    }
    Set<Long> gone = session.hasRead(some.last(), some.seen());
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
    boolean planned = passing && !session.passesOverUnread(sequence);
    if (!passing) {
      session.holds();
    }
    if (!planned) {
      lookAgain(session, unread.found(session.inbox().device(), endings.evenNow()));
    }
  }

  private void lookAgain(DeviceSession session, long millis) {
    loop.schedule(
        () -> {
          if (session.inbox().session() != session) {
            return;
          }
          if (session.isReading()) {
            lookAgain(session, RETRY_MILLIS);
          } else {
            session.looksAgain();
            pull(session.inbox());
          }
        },
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** Nothing of the device's that can't be read stands any more. */
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
      case Parked.Garbled garbled -> endings.bury(inbox, garbled);
      case Parked.Unread later -> {
        // It is not among what is to be sent.
      }
      case Parked.Waiting waiting -> {
        Delivery delivery = waiting.delivery();
        @Nullable Verdict verdict = judge.of(inbox, sequence, delivery, endings.now());
        if (verdict != null) {
          endings.drop(inbox, waiting, verdict);
        } else if (session.wants(delivery.getApp())) {
          boolean before = inbox.pushes(sequence) || Journeys.wasPushed(delivery);
          push(session, sequence, delivery, null, before);
        }
      }
    }
  }
}
