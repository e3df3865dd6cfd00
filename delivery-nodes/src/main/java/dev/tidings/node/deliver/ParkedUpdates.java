package dev.tidings.node.deliver;

import dev.tidings.node.cleanup.ParkedCleanup;
import dev.tidings.node.device.DeviceInbox;
import dev.tidings.node.device.DeviceSession;
import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Inboxes;
import dev.tidings.node.inbox.InboxListener;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries what happens in the store of a partition's parked inbox to the partition's loop: an entry
 * was stored or removed, or the fence has come back.
 */
final class ParkedUpdates implements InboxListener {
  private final GuardedLoop loop;
  private final BooleanSupplier closed;
  private final Inboxes inboxes;
  private final ParkedTotals totals;
  private final ParkedCleanup cleanup;
  private final Sender sender;
  private final Consumer<Entry> resolve;
  private final Copies copies;
  private final Consumer<Life> lives;
  private final byte[] fence;
  private final Runnable fenceReached;
  private final BooleanSupplier failed;

  /** Knows what was read here of the same entries. */
  interface Copies {
    /**
     * Returns whether an entry that was stored, and is not on its way there from here, is only a
     * copy of what was read here, and not to be sent.
     */
    boolean isOne(DeviceInbox inbox, long sequence);

    /** An entry has ended, and is not stored any more. */
    void left(DeviceInbox inbox, long sequence, ParkedHeader removed);
  }

  /**
   * @param resolve told, on the loop, of a hot entry that is in the store now
   * @param lives told, on a stream thread, which life of the log the stored sequences are of
   * @param fence the key of the fence that was written at take-over
   * @param fenceReached called on the loop when everything written before the fence is stored
   * @param failed tells, on any thread, whether an unexpected failure has closed the partition
   */
  ParkedUpdates(
      GuardedLoop loop,
      BooleanSupplier closed,
      Inboxes inboxes,
      ParkedTotals totals,
      ParkedCleanup cleanup,
      Sender sender,
      Consumer<Entry> resolve,
      Copies copies,
      Consumer<Life> lives,
      byte[] fence,
      Runnable fenceReached,
      BooleanSupplier failed) {
    this.loop = loop;
    this.closed = closed;
    this.inboxes = inboxes;
    this.totals = totals;
    this.cleanup = cleanup;
    this.sender = sender;
    this.resolve = resolve;
    this.copies = copies;
    this.lives = lives;
    this.fence = fence;
    this.fenceReached = fenceReached;
    this.failed = failed;
  }

  @Override
  public void stored(
      DeviceId device, long sequence, ParkedHeader parkedHeader, @Nullable ParkedHeader before) {
    loop.execute(() -> {
      if (!closed.getAsBoolean()) {
        store(inboxes.of(device), sequence, parkedHeader, before);
      }
    });
  }

  private void store(
      DeviceInbox inbox, long sequence, ParkedHeader parkedHeader, @Nullable ParkedHeader before) {
    assert loop.inEventLoop();
    @Nullable Entry entry = inbox.removeParking(sequence);
    totals.stored(parkedHeader, before);
    @Nullable DeviceSession session = inbox.session();
    if (before == null) {
      // What can't be read is none: it goes to the dead letters.
      boolean copy = entry == null && parkedHeader.token() != null && copies.isOne(inbox, sequence);
      cleanup.stored(inbox, sequence, parkedHeader);
      if (session != null && copy) {
        session.storedCopy(sequence);
      } else if (session != null) {
        session.stored(sequence, entry != null);
      }
    } else {
      inbox.replaceParked(before, parkedHeader);
      if (session != null && entry != null) {
        session.storedAgain(sequence);
      }
    }
    if (entry != null) {
      resolve.accept(entry);
    }
    sender.pull(inbox);
  }

  @Override
  public void removed(DeviceId device, long sequence, @Nullable ParkedHeader removed) {
    loop.execute(() -> {
      if (!closed.getAsBoolean()) {
        remove(inboxes.of(device), sequence, removed);
      }
    });
  }

  private void remove(DeviceInbox inbox, long sequence, @Nullable ParkedHeader removed) {
    assert loop.inEventLoop();
    inbox.remove(sequence, removed);
    if (inbox.parked().isEmpty()) {
      sender.forget(inbox);
    }
    if (removed != null) {
      totals.removed(removed);
      copies.left(inbox, sequence, removed);
      cleanup.removed(inbox, sequence, removed);
      if (inbox.session() != null) {
        inbox.session().removed(sequence);
      }
    }
    sender.pull(inbox);
    inboxes.dropIfIdle(inbox);
  }

  @Override
  public void lives(Life known) {
    lives.accept(known);
  }

  @Override
  public void fencePassed(byte[] key) {
    if (Arrays.equals(key, fence)) {
      loop.execute(fenceReached);
    }
  }

  @Override
  public boolean hasFailed() {
    return failed.getAsBoolean();
  }
}
