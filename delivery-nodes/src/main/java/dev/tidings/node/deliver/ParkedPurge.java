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
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

  ParkedPurge(ParkedReader reader, ParkedStore store, ParkedReads reads, ParkedExpiry expiry) {
    this.reader = reader;
    this.store = store;
    this.reads = reads;
    this.expiry = expiry;
  }

  /** Ends what is parked under a token of the device. */
  void purge(DeviceInbox inbox) {
    if (!inbox.parked().isEmpty()) {
      purge(inbox, inbox.parked().low(), inbox.parked().high());
    }
  }

  private void purge(DeviceInbox inbox, long from, long to) {
    reads.begin();
    reader.read(
        store,
        new ParkedReader.Page(inbox.key(), from, to, inbox.parked().count(), BATCH),
        (entries, failure) ->
            reads.onLoop(() -> endRead(inbox, from, to, entries, failure)));
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
      reads.retry(inbox, () -> purge(inbox, from, to));
      return;
    }
    for (Parked entry : entries) {
      expiry.judge(new Place(inbox.device(), entry.sequence()), entry);
    }
    reads.end();
    if (entries.size() == BATCH && entries.getLast().sequence() < to) {
      purge(inbox, entries.getLast().sequence() + 1, to);
    }
  }
}
