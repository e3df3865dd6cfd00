package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Parked;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a device's parked inbox within its bounds: the oldest entries are removed first, one by
 * one, until the rest may stay. Confined to the partition's loop.
 */
final class ParkedEviction {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedEviction.class);
  private static final int BATCH = 256;

  private final DeliveryRules rules;
  private final Inboxes inboxes;
  private final Endings endings;
  private final ParkedReader reader;
  private final ParkedStore store;
  private final ParkedReads reads;

  ParkedEviction(
      Shared shared, Inboxes inboxes, Endings endings, ParkedStore store, ParkedReads reads) {
    this.rules = shared.rules();
    this.inboxes = inboxes;
    this.endings = endings;
    this.reader = shared.parkedReader();
    this.store = store;
    this.reads = reads;
  }

  /** Begins to evict, if the inbox holds more than it may. */
  void evict(DeviceInbox inbox) {
    if (!inbox.isEvicting() && isFull(inbox) && !reads.isDoubtful()) {
      evict(inbox, pageToEvict(inbox));
    }
  }

  private void evict(DeviceInbox inbox, int page) {
    ParkedRange parked = inbox.parked();
    inbox.evicting(true);
    reads.begin();
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), parked.low(), parked.high(), parked.count(), page),
        (entries, failure) -> reads.onLoop(() -> endRead(inbox, page, entries, failure)));
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

  private void endRead(
      DeviceInbox inbox,
      int page,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    inbox.evicting(false);
    if (reads.isClosed()) {
      return;
    }
    if (entries == null) {
      LOG.warn("reading what is too much failed, trying again: {}", failure + "");
      reads.end();
      reads.retry(inbox, () -> evict(inbox));
      return;
    }
    boolean evicted = false;
    List<Parked.Unread> unread = new ArrayList<>();
    for (Parked entry : reads.isDoubtful() ? List.<Parked>of() : entries) {
      if (!isFull(inbox)) {
        break;
      }
      if (reads.isGone(inbox, entry.sequence())
          || ParkedReads.isInFlight(inbox, entry.sequence())) {
        continue;
      }
      if (entry instanceof Parked.Unread later) {
        unread.add(later);
      } else {
        evict(inbox, entry);
        evicted = true;
      }
    }
    reads.end();
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
}
