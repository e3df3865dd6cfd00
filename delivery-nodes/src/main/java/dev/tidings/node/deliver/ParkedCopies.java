package dev.tidings.node.deliver;

import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.settle.Settlement;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Entry;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Entries that a replaced owner, which does not know it yet, has parked while they were hot here.
 * What has ended is removed; what has not is sent from here, and removed when it ends: until then,
 * the owner before may have committed that it is parked. Confined to the partition's loop.
 */
final class ParkedCopies implements ParkedUpdates.Copies {
  private final BooleanSupplier closed;
  private final Doubt doubt;
  private final HotWindow hot;
  private final Inboxes inboxes;
  private final Settlement settlement;

  /** How many were found whose hot entry had not ended. */
  private long found;

  ParkedCopies(
      BooleanSupplier closed, Doubt doubt, HotWindow hot, Inboxes inboxes, Settlement settlement) {
    this.closed = closed;
    this.doubt = doubt;
    this.hot = hot;
    this.inboxes = inboxes;
    this.settlement = settlement;
  }

  @Override
  public boolean isOne(DeviceInbox inbox, long sequence) {
    switch (hot.known(sequence)) {
      case NOTHING -> {
        return false;
      }
      case WAITS -> {
        inbox.markCopy(sequence);
        found++;
      }
      case OVER -> {
        inbox.markLeaving(sequence);
        remove(inbox, sequence);
      }
    }
    return true;
  }

  @Override
  public void left(DeviceInbox inbox, long sequence, ParkedHeader removed) {
    @Nullable String id = removed.id();
    @Nullable String token = removed.token();
    if (id != null && token != null) {
      hot.leftInbox(sequence, DeliveryPrint.of(id, token, inbox.device()));
    }
  }

  /** A hot entry ends, and its copy with it. */
  void end(Entry entry) {
    if (found == 0 || entry.state() == Entry.State.RESOLVED) {
      return;
    }
    @Nullable DeviceInbox inbox = inboxes.find(entry.device());
    if (inbox != null && inbox.hasCopy(entry.sequence())) {
      remove(inbox, entry.sequence());
    }
  }

  private void remove(DeviceInbox inbox, long sequence) {
    doubt.orWhenSure(() -> {
      if (!closed.getAsBoolean()) {
        settlement.removeCopy(inbox, sequence);
      }
    });
  }
}
