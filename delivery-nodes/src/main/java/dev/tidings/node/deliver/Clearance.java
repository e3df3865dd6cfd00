package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Deadlines;
import dev.tidings.node.inbox.Label;
import dev.tidings.node.inbox.Parked;
import dev.tidings.node.inbox.ParkedIndex;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.inbox.Place;
import dev.tidings.node.log.LogWriter;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears the parked inbox of what nobody waits for any more: expired, replaced, revoked, or more
 * than an inbox may hold. It reads only what it has reason to, a batch at a time, and each entry
 * that goes gets a receipt of its own. Confined to the partition's loop.
 */
final class Clearance {
  private static final Logger LOG = LoggerFactory.getLogger(Clearance.class);
  private static final int BATCH = 256;
  private static final int MOST_PENDING = 10_000;
  private static final long RETRY_MILLIS = 500;

  /**
   * When entries are looked at again whose schema can't be had: after half as long as there have
   * been such.
   */
  private static final long READ_AGAIN_SOONEST = 5_000;

  private static final long READ_AGAIN_LATEST = 60_000;

  private final EventExecutor loop;
  private final LogWriter log;
  private final DeliveryRules rules;
  private final Inboxes inboxes;
  private final Endings endings;
  private final Judge judge;
  private final ParkedReader reader;
  private final ParkedStore store;
  private final Deadlines deadlines;
  private final Queue<Place> suspects;
  private final BooleanSupplier doubtful;

  /** Devices whose inbox is being searched for revoked tokens, and whether to repeat that. */
  private final Map<DeviceId, Boolean> purging = new HashMap<>();

  private boolean looking;
  private int reads;
  private boolean closed;

  /** Since when there have been entries whose schema can't be had, and when one was found last. */
  private long unreadSince;

  private long unreadLast = Long.MIN_VALUE;

  /** What went while something was being read: it may be in what was read nevertheless. */
  private final Set<Long> goneMeanwhile = new HashSet<>();

  /**
   * @param index what stood at take-over; handed over
   * @param doubtful whether the partition may be another node's: then nothing is ended
   */
  Clearance(
      EventExecutor loop,
      Shared shared,
      Inboxes inboxes,
      Endings endings,
      ParkedStore store,
      ParkedIndex index,
      BooleanSupplier doubtful) {
    this.doubtful = doubtful;
    this.loop = loop;
    this.log = shared.log();
    this.rules = shared.rules();
    this.inboxes = inboxes;
    this.endings = endings;
    this.judge = shared.judge();
    this.reader = shared.parkedReader();
    this.store = store;
    this.deadlines = index.deadlines();
    this.suspects = new ArrayDeque<>(index.suspects());
  }

  void close() {
    closed = true;
  }

  /** Looks at what is due; called now and then. */
  void tick() {
    look();
  }

  /** What is due, as fast as it can be written: what waits to be is held in memory. */
  private void takeDue() {
    if (suspects.size() < BATCH && log.pending() < MOST_PENDING) {
      suspects.addAll(deadlines.poll(endings.now(), BATCH));
    }
  }

  /** A new entry stands. */
  void stands(DeviceInbox inbox, long sequence, Label label) {
    Place place = new Place(inbox.device(), sequence);
    deadlines.add(label.expiresAt(), place);
    long replaced = inbox.stands(sequence, label);
    if (replaced != ParkedRange.NONE) {
      suspects.add(new Place(inbox.device(), replaced));
    }
    if (judge.isRevoked(label.token())) {
      suspects.add(place);
    }
    look();
    evict(inbox);
  }

  /** An entry has left the store. */
  void gone(DeviceInbox inbox, long sequence, Label label) {
    deadlines.remove(label.expiresAt(), sequence);
    if (reads > 0) {
      goneMeanwhile.add(sequence);
    }
    evict(inbox);
  }

  // ---- Single entries -------------------------------------------------------------------------

  private void look() {
    if (looking || doubtful.getAsBoolean()) {
      return;
    }
    takeDue();
    if (suspects.isEmpty()) {
      return;
    }
    List<Place> batch = new ArrayList<>();
    while (batch.size() < BATCH && !suspects.isEmpty()) {
      batch.add(suspects.remove());
    }
    looking = true;
    reads++;
    reader.find(
        store, batch, (found, failure) -> loop.execute(() -> hasLooked(batch, found, failure)));
  }

  private void hasLooked(
      List<Place> batch,
      @Nullable List<ParkedReader.Found> found,
      @Nullable RuntimeException failure) {
    looking = false;
    if (closed) {
      return;
    }
    if (found == null) {
      LOG.warn("looking through parked entries failed, trying again: {}", failure + "");
      suspects.addAll(batch);
      hasRead();
      later(this::look);
      return;
    }
    if (doubtful.getAsBoolean()) {
      suspects.addAll(batch);
      hasRead();
      return;
    }
    for (ParkedReader.Found entry : found) {
      judge(entry.place(), entry.parked());
    }
    hasRead();
    look();
  }

  private void judge(Place place, Parked parked) {
    @Nullable DeviceInbox inbox = inboxes.find(place.device());
    if (inbox == null || isGone(inbox, place.sequence())) {
      return;
    }
    if (isInFlight(inbox, place.sequence())) {
      // The device may be about to confirm it. If it does not, it is looked at again.
      deadlines.add(endings.now() + rules.parkAfter().toMillis(), place);
      return;
    }
    switch (parked) {
      case Parked.Unread unread -> deadlines.add(endings.now() + readAgainIn(), place);
      case Parked.Garbled garbled -> endings.bury(inbox, garbled);
      case Parked.Waiting waiting -> {
        @Nullable Verdict verdict =
            judge.of(inbox, waiting.sequence(), waiting.delivery(), endings.now());
        if (verdict != null) {
          endings.drop(inbox, waiting, verdict);
        } else {
          // It may be looked at because its end was not known.
          deadlines.add(Judge.end(waiting.delivery()), place);
        }
      }
    }
  }

  private long readAgainIn() {
    long now = endings.evenNow();
    if (unreadLast == Long.MIN_VALUE || now - unreadLast > 2 * READ_AGAIN_LATEST) {
      unreadSince = now;
    }
    unreadLast = now;
    return Math.clamp((now - unreadSince) / 2, READ_AGAIN_SOONEST, READ_AGAIN_LATEST);
  }

  private boolean isGone(DeviceInbox inbox, long sequence) {
    return inbox.isLeaving(sequence) || goneMeanwhile.contains(sequence);
  }

  private static boolean isInFlight(DeviceInbox inbox, long sequence) {
    return inbox.session() != null && inbox.session().inFlight().contains(sequence);
  }

  private void hasRead() {
    if (--reads == 0) {
      goneMeanwhile.clear();
    }
  }

  /** What could not be read, or judged, is tried again. */
  private void later(Runnable again) {
    loop.schedule(
        () -> {
          if (!closed) {
            again.run();
          }
        },
        RETRY_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  private void later(DeviceInbox inbox, Runnable again) {
    later(() -> {
      if (inboxes.find(inbox.device()) == inbox) {
        again.run();
      }
    });
  }

  // ---- What is too much -----------------------------------------------------------------------

  /** The oldest go first, one by one, until the rest may stay. */
  private void evict(DeviceInbox inbox) {
    if (!inbox.isEvicting() && isFull(inbox) && !doubtful.getAsBoolean()) {
      evict(inbox, pageToEvict(inbox));
    }
  }

  private void evict(DeviceInbox inbox, int page) {
    ParkedRange parked = inbox.parked();
    inbox.evicting(true);
    reads++;
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), parked.low(), parked.high(), parked.count(), page),
        (entries, failure) -> loop.execute(() -> hasReadOldest(inbox, page, entries, failure)));
  }

  /**
   * As many as are too many, by count or by what they weigh on average, and those that can't go.
   */
  private int pageToEvict(DeviceInbox inbox) {
    ParkedRange parked = inbox.parked();
    long average = Math.max(1, parked.bytes() / Math.max(1, parked.count()));
    long tooHeavy = Math.ceilDiv(inbox.stayingBytes() - rules.maxParkedBytes(), average);
    long tooMany = Math.max(inbox.staying() - rules.maxParked(), tooHeavy);
    long leaving = parked.count() - inbox.staying();
    long inFlight = inbox.session() == null ? 0 : inbox.session().inFlight().size();
    return Math.clamp(tooMany + leaving + inFlight, 1, BATCH);
  }

  private void hasReadOldest(
      DeviceInbox inbox,
      int page,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    inbox.evicting(false);
    if (closed) {
      return;
    }
    if (entries == null) {
      LOG.warn("reading what is too much failed, trying again: {}", failure + "");
      hasRead();
      later(inbox, () -> evict(inbox));
      return;
    }
    boolean evicted = false;
    List<Parked.Unread> unread = new ArrayList<>();
    for (Parked entry : doubtful.getAsBoolean() ? List.<Parked>of() : entries) {
      if (!isFull(inbox)) {
        break;
      }
      if (isGone(inbox, entry.sequence()) || isInFlight(inbox, entry.sequence())) {
        continue;
      }
      if (entry instanceof Parked.Unread later) {
        unread.add(later);
      } else {
        evict(inbox, entry);
        evicted = true;
      }
    }
    hasRead();
    if (!evicted && !unread.isEmpty()) {
      evictUnread(inbox, page, unread);
    } else if (evicted) {
      evict(inbox);
    }
    // Else the next entry that comes or goes brings it back here.
    inboxes.dropIfIdle(inbox);
  }

  /**
   * What can't be read yet gets no receipt, so others go before it; but it counts like them, and
   * where there are no others near it goes as it is.
   */
  private void evictUnread(DeviceInbox inbox, int page, List<Parked.Unread> unread) {
    if (page < BATCH && inbox.parked().count() > page) {
      evict(inbox, BATCH);
      return;
    }
    for (Parked.Unread entry : unread) {
      if (!isFull(inbox)) {
        break;
      }
      String why = full(inbox).why() + ", and it could not be read: " + entry.why();
      evict(inbox, new Parked.Garbled(entry.sequence(), entry.value(), why));
    }
    evict(inbox);
  }

  private void evict(DeviceInbox inbox, Parked entry) {
    switch (entry) {
      case Parked.Garbled garbled -> {
        inbox.evicts(garbled.sequence(), garbled.value().length);
        endings.bury(inbox, garbled);
      }
      case Parked.Waiting waiting -> {
        Verdict verdict = full(inbox);
        inbox.evicts(waiting.sequence(), waiting.bytes());
        endings.drop(inbox, waiting, verdict);
      }
      case Parked.Unread unread -> {
        // Others go before it.
      }
    }
  }

  private Verdict full(DeviceInbox inbox) {
    return Verdict.evicted(
        "the inbox of the device is full: %d notifications of %d bytes (expected: <= %d of %d)"
            .formatted(
                inbox.staying(), inbox.stayingBytes(), rules.maxParked(), rules.maxParkedBytes()));
  }

  /** The last one stays, whatever it weighs. */
  private boolean isFull(DeviceInbox inbox) {
    return inbox.staying() > rules.maxParked()
        || (inbox.stayingBytes() > rules.maxParkedBytes() && inbox.staying() > 1);
  }

  // ---- A token is revoked ---------------------------------------------------------------------

  /**
   * Ends the parked notifications of the device's revoked tokens. An inbox is searched once at a
   * time, however often its device gives tokens back: the reading threads serve all devices.
   */
  void purge(DeviceInbox inbox) {
    if (inbox.parked().isEmpty()) {
      return;
    }
    if (purging.putIfAbsent(inbox.device(), false) == null) {
      purge(inbox, inbox.parked().low(), inbox.parked().high());
    } else {
      purging.put(inbox.device(), true);
    }
  }

  private void purged(DeviceId device) {
    @Nullable Boolean again = purging.remove(device);
    @Nullable DeviceInbox inbox = inboxes.find(device);
    if (again != null && again && inbox != null) {
      purge(inbox);
    }
  }

  private void purge(DeviceInbox inbox, long from, long to) {
    reads++;
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), from, to, inbox.parked().count(), BATCH),
        (entries, failure) ->
            loop.execute(() -> hasReadForPurge(inbox, from, to, entries, failure)));
  }

  private void hasReadForPurge(
      DeviceInbox inbox,
      long from,
      long to,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    if (closed) {
      return;
    }
    if (entries == null || doubtful.getAsBoolean()) {
      if (failure != null) {
        LOG.warn("reading what is revoked failed, trying again: {}", failure + "");
      }
      hasRead();
      later(() -> {
        if (inboxes.find(inbox.device()) == inbox) {
          purge(inbox, from, to);
        } else {
          purged(inbox.device());
        }
      });
      return;
    }
    for (Parked entry : entries) {
      judge(new Place(inbox.device(), entry.sequence()), entry);
    }
    hasRead();
    if (entries.size() == BATCH && entries.getLast().sequence() < to) {
      purge(inbox, entries.getLast().sequence() + 1, to);
    } else {
      purged(inbox.device());
    }
  }
}
