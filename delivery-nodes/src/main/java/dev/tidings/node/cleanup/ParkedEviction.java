package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.node.settle.DropReason;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
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
  private final Settlement settlement;
  private final ParkedReader reader;
  private final ParkedStore store;
  private final ParkedReads reads;

  ParkedEviction(
      PartitionServices partitionServices,
      Inboxes inboxes,
      Settlement settlement,
      ParkedStore store,
      ParkedReads reads) {
    this.rules = partitionServices.rules();
    this.inboxes = inboxes;
    this.settlement = settlement;
    this.reader = partitionServices.parkedReader();
    this.store = store;
    this.reads = reads;
  }

  /** Begins to evict, if the inbox holds more than it may. */
  void evict(DeviceInbox inbox) {
    if (!inbox.isEvicting() && isFull(inbox) && !reads.isOwnershipInDoubt()) {
      evict(inbox, pageToEvict(inbox));
    }
  }

  private void evict(DeviceInbox inbox, int page) {
    ParkedRange parked = inbox.parked();
    inbox.evicting(true);
    long read = reads.begin();
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), parked.low(), parked.high(), parked.count(), page),
        (entries, failure) -> reads.onLoop(() -> endRead(read, inbox, page, entries, failure)));
  }

  /**
   * As many as are too many, by count or by what they weigh on average, and those that can't go.
   */
  private int pageToEvict(DeviceInbox inbox) {
    ParkedRange parked = inbox.parked();
    long average = Math.max(1, parked.bytes() / Math.max(1, parked.count()));
    long tooHeavy = Math.ceilDiv(inbox.liveBytes() - rules.maxParkedBytes(), average);
    long tooMany = Math.max(inbox.liveCount() - rules.maxParked(), tooHeavy);
    long leaving = parked.count() - inbox.liveCount();
    long inFlight = inbox.session() == null ? 0 : inbox.session().inFlight().size();
    return Math.clamp(tooMany + leaving + inFlight, 1, BATCH);
  }

  private void endRead(
      long read,
      DeviceInbox inbox,
      int page,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    inbox.evicting(false);
    if (reads.isClosed()) {
      return;
    }
    if (entries == null) {
      LOG.warn(
          "partition {}, device {}: its inbox is full and could not be read, it is read again in"
              + " {} ms: {}",
          reads.partition(),
          inbox.device(),
          ParkedReads.RETRY_MILLIS,
          failure + "");
      reads.end(read);
      reads.retry(inbox, () -> evict(inbox));
      return;
    }
    boolean evicted = false;
    List<Parked.SchemaMissing> unread = new ArrayList<>();
    for (Parked entry : reads.isOwnershipInDoubt() ? List.<Parked>of() : entries) {
      if (!isFull(inbox)) {
        break;
      }
      if (reads.isGone(inbox, entry.sequence())
          || ParkedReads.isInFlight(inbox, entry.sequence())) {
        continue;
      }
      if (entry instanceof Parked.SchemaMissing later) {
        unread.add(later);
      } else {
        evict(inbox, entry);
        evicted = true;
      }
    }
    reads.end(read);
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
  private void evictUnread(DeviceInbox inbox, int page, List<Parked.SchemaMissing> unread) {
    if (page < BATCH && inbox.parked().count() > page) {
      evict(inbox, BATCH);
      return;
    }
    for (Parked.SchemaMissing entry : unread) {
      if (!isFull(inbox)) {
        break;
      }
      String why = full(inbox).why() + ", and it could not be read: " + entry.why();
      evict(inbox, new Parked.Unreadable(entry.sequence(), entry.value(), why));
    }
    evict(inbox);
  }

  private void evict(DeviceInbox inbox, Parked entry) {
    switch (entry) {
      case Parked.Unreadable unreadable -> {
        inbox.markEvicted(unreadable.sequence(), unreadable.value().length);
        settlement.deadLetter(inbox, unreadable);
      }
      case Parked.Valid valid -> {
        DropReason dropReason = full(inbox);
        inbox.markEvicted(valid.sequence(), valid.bytes());
        settlement.drop(inbox, valid, dropReason);
      }
      case Parked.SchemaMissing schemaMissing -> {
        // Others go before it.
      }
    }
  }

  private DropReason full(DeviceInbox inbox) {
    return DropReason.evicted(
        "the inbox of the device is full: %d notifications of %d bytes (expected: <= %d of %d)"
            .formatted(
                inbox.liveCount(), inbox.liveBytes(), rules.maxParked(), rules.maxParkedBytes()));
  }

  /** The last one stays, whatever it weighs. */
  private boolean isFull(DeviceInbox inbox) {
    return inbox.liveCount() > rules.maxParked()
        || (inbox.liveBytes() > rules.maxParkedBytes() && inbox.liveCount() > 1);
  }
}
