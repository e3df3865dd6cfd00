package dev.tidings.node.deliver;

import dev.tidings.node.inbox.Deadlines;
import dev.tidings.node.inbox.Label;
import dev.tidings.node.inbox.Parked;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.inbox.ParkedStore;
import dev.tidings.node.inbox.Place;
import dev.tidings.node.log.LogWriter;
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
  private final Endings endings;
  private final Judge judge;
  private final ParkedReader reader;
  private final ParkedStore store;
  private final ParkedReads reads;
  private final Deadlines deadlines;
  private final Queue<Place> candidates;
  private boolean looking;

  /** Since when there have been entries whose schema can't be had, and when one was found last. */
  private long unreadSince;

  private long unreadLast = Long.MIN_VALUE;

  ParkedExpiry(
      Shared shared,
      Inboxes inboxes,
      Endings endings,
      ParkedStore store,
      ParkedReads reads,
      Deadlines deadlines,
      Collection<Place> candidates) {
    this.log = shared.log();
    this.rules = shared.rules();
    this.inboxes = inboxes;
    this.endings = endings;
    this.judge = shared.judge();
    this.reader = shared.parkedReader();
    this.store = store;
    this.reads = reads;
    this.deadlines = deadlines;
    this.candidates = new ArrayDeque<>(candidates);
  }

  /** A new entry is in the store. */
  void add(DeviceInbox inbox, long sequence, Label label) {
    Place place = new Place(inbox.device(), sequence);
    deadlines.add(label.expiresAt(), place);
    long replaced = inbox.stands(sequence, label);
    if (replaced != ParkedRange.NONE) {
      candidates.add(new Place(inbox.device(), replaced));
    }
    if (judge.isRevoked(label.token())) {
      candidates.add(place);
    }
    look();
  }

  /** An entry has left the store. */
  void remove(long sequence, Label label) {
    deadlines.remove(label.expiresAt(), sequence);
  }

  /** What is due, as fast as it can be written: what waits to be is held in memory. */
  private void takeDue() {
    if (candidates.size() < BATCH && log.pending() < MAX_PENDING) {
      candidates.addAll(deadlines.poll(endings.now(), BATCH));
    }
  }

  /** Looks at the candidates, and at what is due. */
  void look() {
    if (looking || reads.isDoubtful()) {
      return;
    }
    takeDue();
    if (candidates.isEmpty()) {
      return;
    }
    List<Place> batch = new ArrayList<>();
    while (batch.size() < BATCH && !candidates.isEmpty()) {
      batch.add(candidates.remove());
    }
    looking = true;
    reads.begin();
    reader.find(
        store, batch, (found, failure) -> reads.onLoop(() -> endLook(batch, found, failure)));
  }

  private void endLook(
      List<Place> batch,
      @Nullable List<ParkedReader.Found> found,
      @Nullable RuntimeException failure) {
    looking = false;
    if (reads.isClosed()) {
      return;
    }
    if (found == null) {
      LOG.warn("looking through parked entries failed, trying again: {}", failure + "");
      candidates.addAll(batch);
      reads.end();
      reads.retry(this::look);
      return;
    }
    if (reads.isDoubtful()) {
      candidates.addAll(batch);
      reads.end();
      return;
    }
    for (ParkedReader.Found entry : found) {
      judge(entry.place(), entry.parked());
    }
    reads.end();
    look();
  }

  /** Ends a parked entry that was read, if there is a reason to. */
  void judge(Place place, Parked parked) {
    @Nullable DeviceInbox inbox = inboxes.find(place.device());
    if (inbox == null || reads.isGone(inbox, place.sequence())) {
      return;
    }
    if (ParkedReads.isInFlight(inbox, place.sequence())) {
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
}
