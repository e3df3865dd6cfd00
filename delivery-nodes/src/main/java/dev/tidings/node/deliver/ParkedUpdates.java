package dev.tidings.node.deliver;

import dev.tidings.node.inbox.InboxNews;
import dev.tidings.node.inbox.Label;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.value.DeviceId;
import io.netty.util.concurrent.EventExecutor;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries what happens in the store of a partition's parked inbox to the partition's loop: an entry
 * was stored or removed, or the fence has come back.
 */
final class ParkedUpdates implements InboxNews {
  private final EventExecutor loop;
  private final BooleanSupplier closed;
  private final Inboxes inboxes;
  private final ParkedTotals totals;
  private final ParkedCleanup cleanup;
  private final Sender sender;
  private final Consumer<Entry> resolve;
  private final Consumer<Life> lives;
  private final byte[] fence;
  private final Runnable fenceReached;

  /**
   * @param resolve told, on the loop, of a hot entry that is in the store now
   * @param lives told, on a stream thread, which life of the log the stored sequences are of
   * @param fence the key of the fence that was written at take-over
   * @param fenceReached called on the loop when everything written before the fence is stored
   */
  ParkedUpdates(
      EventExecutor loop,
      BooleanSupplier closed,
      Inboxes inboxes,
      ParkedTotals totals,
      ParkedCleanup cleanup,
      Sender sender,
      Consumer<Entry> resolve,
      Consumer<Life> lives,
      byte[] fence,
      Runnable fenceReached) {
    this.loop = loop;
    this.closed = closed;
    this.inboxes = inboxes;
    this.totals = totals;
    this.cleanup = cleanup;
    this.sender = sender;
    this.resolve = resolve;
    this.lives = lives;
    this.fence = fence;
    this.fenceReached = fenceReached;
  }

  @Override
  public void stands(DeviceId device, long sequence, Label label, @Nullable Label before) {
    loop.execute(() -> {
      if (!closed.getAsBoolean()) {
        store(inboxes.of(device), sequence, label, before);
      }
    });
  }

  private void store(DeviceInbox inbox, long sequence, Label label, @Nullable Label before) {
    assert loop.inEventLoop();
    @Nullable Entry entry = inbox.hasParked(sequence);
    totals.stored(label, before);
    @Nullable DeviceSession session = inbox.session();
    if (before == null) {
      cleanup.stored(inbox, sequence, label);
      if (session != null) {
        session.stands(sequence, entry != null);
      }
    } else {
      inbox.rewritten(before, label);
      if (session != null) {
        session.hasCome(sequence);
      }
    }
    if (entry != null) {
      resolve.accept(entry);
    }
    sender.pull(inbox);
  }

  @Override
  public void gone(DeviceId device, long sequence, @Nullable Label stood) {
    loop.execute(() -> {
      if (!closed.getAsBoolean()) {
        remove(inboxes.of(device), sequence, stood);
      }
    });
  }

  private void remove(DeviceInbox inbox, long sequence, @Nullable Label stood) {
    assert loop.inEventLoop();
    inbox.gone(sequence, stood);
    if (inbox.parked().isEmpty()) {
      sender.forget(inbox);
    }
    if (stood != null) {
      totals.removed(stood);
      cleanup.removed(inbox, sequence, stood);
      if (inbox.session() != null) {
        inbox.session().gone(sequence);
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
}
