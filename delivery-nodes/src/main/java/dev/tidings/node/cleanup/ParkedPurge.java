package dev.tidings.node.cleanup;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.parked.Parked;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Inboxes inboxes;

  /** Devices whose inbox is being searched for revoked tokens, and whether to repeat that. */
  private final Map<DeviceId, Boolean> purging = new HashMap<>();

  ParkedPurge(
      ParkedReader reader,
      ParkedStore store,
      Inboxes inboxes,
      ParkedReads reads,
      ParkedExpiry expiry) {
    this.inboxes = inboxes;
    this.reader = reader;
    this.store = store;
    this.reads = reads;
    this.expiry = expiry;
  }

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
    reads.begin();
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), from, to, inbox.parked().count(), BATCH),
        (entries, failure) -> reads.onLoop(() -> endRead(inbox, from, to, entries, failure)));
  }

  private void endRead(
      DeviceInbox inbox,
      long from,
      long to,
      @Nullable List<Parked> entries,
      @Nullable RuntimeException failure) {
    if (reads.isClosed()) {
      return;
    }
    if (entries == null || reads.isDoubtful()) {
      if (failure != null) {
        LOG.warn("reading what is revoked failed, trying again: {}", failure + "");
      }
      reads.end();
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
      expiry.judge(new InboxKey(inbox.device(), entry.sequence()), entry);
    }
    reads.end();
    if (entries.size() == BATCH && entries.getLast().sequence() < to) {
      purge(inbox, entries.getLast().sequence() + 1, to);
    } else {
      purged(inbox.device());
    }
  }
}
