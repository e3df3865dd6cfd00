package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.parked.Deadlines;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.node.settle.DropReason;
import dev.tidings.node.settle.PartitionServices;
import dev.tidings.node.settle.Settlement;
import dev.tidings.schemas.topic.InboxKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through the parked entries that may have to end, the candidates: they have expired, were
 * replaced by a newer one, or their token is revoked. Reads only those, a batch at a time. Confined
 * to the partition's loop.
 */
final class ParkedExpiry {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedExpiry.class);
  private static final int BATCH = 256;
  private static final int MAX_PENDING = 10_000;

  /**
   * When entries are looked at again whose schema can't be had: after half as long as there have
   * been such.
   */
  private static final long READ_AGAIN_SOONEST = 5_000;

  private static final long READ_AGAIN_LATEST = 60_000;

  private final LogWriter log;
  private final DeliveryRules rules;
  private final Inboxes inboxes;
  private final Settlement settlement;
  private final DropPolicy dropPolicy;
  private final ParkedReader reader;
  private final ParkedStore store;
  private final ParkedReads reads;
  private final Deadlines deadlines;
  private final Queue<InboxKey> candidates;
  private boolean looking;

  /** Since when there have been entries whose schema can't be had, and when one was found last. */
  private long unreadSince;

  private long unreadLast = Long.MIN_VALUE;

  ParkedExpiry(
      PartitionServices partitionServices,
      Inboxes inboxes,
      Settlement settlement,
      ParkedStore store,
      ParkedReads reads,
      Deadlines deadlines,
      Collection<InboxKey> candidates) {
    this.log = partitionServices.log();
    this.rules = partitionServices.rules();
    this.inboxes = inboxes;
    this.settlement = settlement;
    this.dropPolicy = partitionServices.dropPolicy();
    this.reader = partitionServices.parkedReader();
    this.store = store;
    this.reads = reads;
    this.deadlines = deadlines;
    this.candidates = new ArrayDeque<>(candidates);
  }

  /** A new entry is in the store. */
  void add(DeviceInbox inbox, long sequence, ParkedHeader parkedHeader) {
    InboxKey inboxKey = new InboxKey(inbox.device(), sequence);
    deadlines.add(parkedHeader.expiresAt(), inboxKey);
    long replaced = inbox.addParked(sequence, parkedHeader);
    if (replaced != ParkedRange.NONE) {
      candidates.add(new InboxKey(inbox.device(), replaced));
    }
    if (dropPolicy.isRevoked(inbox.device(), parkedHeader.token())) {
      candidates.add(inboxKey);
    }
    look();
  }

  /** An entry has left the store. */
  void remove(long sequence, ParkedHeader parkedHeader) {
    deadlines.remove(parkedHeader.expiresAt(), sequence);
  }

  /** What is due, as fast as it can be written: what waits to be is held in memory. */
  private void takeDue() {
    if (candidates.size() < BATCH && log.pending() < MAX_PENDING) {
      candidates.addAll(deadlines.poll(settlement.now(), BATCH));
    }
  }

  /** Looks at the candidates, and at what is due. */
  void look() {
    if (looking || reads.isOwnershipInDoubt()) {
      return;
    }
    takeDue();
    if (candidates.isEmpty()) {
      return;
    }
    List<InboxKey> batch = new ArrayList<>();
    while (batch.size() < BATCH && !candidates.isEmpty()) {
      batch.add(candidates.remove());
    }
    looking = true;
    long read = reads.begin();
    reader.find(
        store, batch, (found, failure) -> reads.onLoop(() -> endLook(read, batch, found, failure)));
  }

  private void endLook(
      long read,
      List<InboxKey> batch,
      @Nullable List<ParkedReader.Found> found,
      @Nullable RuntimeException failure) {
    looking = false;
    if (reads.isClosed()) {
      return;
    }
    if (found == null) {
      LOG.warn(
          "partition {}: {} parked entries that may have ended could not be read, they are read"
              + " again in {} ms: {}",
          reads.partition(),
          batch.size(),
          ParkedReads.RETRY_MILLIS,
          failure + "");
      candidates.addAll(batch);
      reads.end(read);
      reads.retry(this::look);
      return;
    }
    if (reads.isOwnershipInDoubt()) {
      candidates.addAll(batch);
      reads.end(read);
      return;
    }
    for (ParkedReader.Found entry : found) {
      judge(entry.inboxKey(), entry.parked());
    }
    reads.end(read);
    look();
  }

  /** Ends a parked entry that was read, if there is a reason to. */
  void judge(InboxKey inboxKey, Parked parked) {
    @Nullable DeviceInbox inbox = inboxes.find(inboxKey.device());
    if (inbox == null || reads.isGone(inbox, inboxKey.sequence())) {
      return;
    }
    if (ParkedReads.isInFlight(inbox, inboxKey.sequence())) {
      // The device may be about to confirm it. If it does not, it is looked at again.
      deadlines.add(settlement.now() + rules.parkAfter().toMillis(), inboxKey);
      return;
    }
    switch (parked) {
      case Parked.SchemaMissing schemaMissing ->
          deadlines.add(settlement.now() + readAgainIn(), inboxKey);
      case Parked.Unreadable unreadable -> settlement.deadLetter(inbox, unreadable);
      case Parked.Valid valid -> {
        @Nullable DropReason dropReason =
            dropPolicy.of(inbox, valid.sequence(), valid.delivery(), settlement.now());
        if (dropReason != null) {
          settlement.drop(inbox, valid, dropReason);
        } else {
          // It may be looked at because its end was not known.
          deadlines.add(DropPolicy.end(valid.delivery()), inboxKey);
        }
      }
    }
  }

  private long readAgainIn() {
    long now = settlement.monotonicNow();
    if (unreadLast == Long.MIN_VALUE || now - unreadLast > 2 * READ_AGAIN_LATEST) {
      unreadSince = now;
    }
    unreadLast = now;
    return Math.clamp((now - unreadSince) / 2, READ_AGAIN_SOONEST, READ_AGAIN_LATEST);
  }
}
