package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.settle.DropPolicy;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is parked for a device under a token that has been revoked. Confined to the partition's
 * loop.
 */
final class ParkedPurge {
  private static final Logger LOG = LoggerFactory.getLogger(ParkedPurge.class);
  private static final int BATCH = 256;

  private final ParkedReader reader;
  private final ParkedStore store;
  private final ParkedReads reads;
  private final ParkedExpiry expiry;
  private final DropPolicy dropPolicy;
  private final Inboxes inboxes;

  /** The searches of devices' inboxes for revoked tokens. */
  private final Map<DeviceId, Search> purging = new HashMap<>();

  /** One search, and who waits for it or for the next one, which sees what is revoked meanwhile. */
  private static final class Search {
    private final List<Consumer<Purged>> listeners;
    private final List<Consumer<Purged>> next = new ArrayList<>();
    private boolean again;
    private int found;
    private int ended;

    Search(List<Consumer<Purged>> listeners) {
      this.listeners = listeners;
    }
  }

  ParkedPurge(
      ParkedReader reader,
      ParkedStore store,
      Inboxes inboxes,
      ParkedReads reads,
      ParkedExpiry expiry,
      DropPolicy dropPolicy) {
    this.inboxes = inboxes;
    this.reader = reader;
    this.store = store;
    this.reads = reads;
    this.expiry = expiry;
    this.dropPolicy = dropPolicy;
  }

  /**
   * Ends the parked notifications of the device's revoked tokens. An inbox is searched once at a
   * time, however often its device gives tokens back: the reading threads serve all devices.
   *
   * @param listener hears what a search has found that began after this call
   */
  void purge(DeviceInbox inbox, Consumer<Purged> listener) {
    @Nullable Search running = purging.get(inbox.device());
    if (running != null) {
      running.again = true;
      running.next.add(listener);
    } else {
      begin(inbox, List.of(listener));
    }
  }

  private void begin(DeviceInbox inbox, List<Consumer<Purged>> listeners) {
    if (inbox.parked().isEmpty()) {
      listeners.forEach(listener -> listener.accept(Purged.NOTHING));
      return;
    }
    purging.put(inbox.device(), new Search(listeners));
    purge(inbox, inbox.parked().low(), inbox.parked().high());
  }

  private void purged(DeviceId device) {
    @Nullable Search search = purging.remove(device);
    if (search == null) {
      return;
    }
    search.listeners.forEach(each -> each.accept(new Purged(search.found, search.ended)));
    if (search.again) {
      @Nullable DeviceInbox inbox = inboxes.find(device);
      if (inbox != null) {
        begin(inbox, search.next);
      } else {
        search.next.forEach(each -> each.accept(Purged.NOTHING));
      }
    }
  }

  /** Counts an entry that is about to be judged, if it is still there and has to go. */
  private void count(DeviceInbox inbox, Parked entry) {
    @Nullable Search search = purging.get(inbox.device());
    if (search == null || reads.isRemoved(entry.sequence())) {
      return;
    }
    boolean leaves = inbox.isLeaving(entry.sequence());
    switch (entry) {
      case Parked.Valid valid -> {
        if (dropPolicy.isRevoked(inbox.device(), valid.delivery().getToken())) {
          search.found++;
          search.ended += leaves || ParkedReads.isInFlight(inbox, entry.sequence()) ? 0 : 1;
        }
      }
      // Whose it is can't be known.
      case Parked.SchemaMissing missing -> search.found++;
      case Parked.Unreadable unreadable -> search.found++;
    }
  }

  private void purge(DeviceInbox inbox, long from, long to) {
    long read = reads.begin();
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), from, to, inbox.parked().count(), BATCH),
        (entries, failure) -> reads.onLoop(() -> endRead(read, inbox, from, to, entries, failure)));
  }

  private void endRead(
      long read,
      DeviceInbox inbox,
      long from,
      long to,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    if (reads.isClosed()) {
      return;
    }
    if (entries == null || reads.isOwnershipInDoubt()) {
      if (failure != null) {
        LOG.warn(
            "partition {}, device {}: its inbox could not be searched for revoked tokens, it is"
                + " searched again in {} ms: {}",
            reads.partition(),
            inbox.device(),
            ParkedReads.RETRY_MILLIS,
            failure.toString());
      }
      reads.end(read);
      reads.retry(() -> {
        if (inboxes.find(inbox.device()) == inbox) {
          purge(inbox, from, to);
        } else {
          purged(inbox.device());
        }
      });
      return;
    }
    for (Parked entry : entries) {
      count(inbox, entry);
      expiry.judge(new InboxKey(inbox.device(), entry.sequence()), entry);
    }
    reads.end(read);
    if (entries.size() == BATCH && entries.getLast().sequence() < to) {
      purge(inbox, entries.getLast().sequence() + 1, to);
    } else {
      purged(inbox.device());
    }
  }
}
