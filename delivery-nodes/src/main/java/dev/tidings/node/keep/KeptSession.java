package dev.tidings.node.keep;

import dev.tidings.node.session.SessionKeeper.Kept;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.value.DeviceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session of a connection. Its writes are made one after another, after the current one of the
 * connection it displaced. Thread-safe.
 */
final class KeptSession implements Kept {
  private final KeptSessions all;
  private final DeviceId device;
  private final WriteTurns turns;

  /** The ownership of the device's partition when the session began. */
  private final @Nullable Object ownership;

  private Duration keptFor;
  private boolean present;
  private boolean started;
  private boolean ended;
  private Subscriptions subscriptions = Subscriptions.NONE;
  private CompletableFuture<@Nullable Void> last = CompletableFuture.completedFuture(null);

  /**
   * @param turns of the device's sessions
   * @param ownership see {@link dev.tidings.node.table.DeviceTable#ownership}
   */
  KeptSession(
      KeptSessions all,
      DeviceId device,
      Duration keptFor,
      WriteTurns turns,
      @Nullable Object ownership) {
    this.all = all;
    this.device = device;
    this.keptFor = keptFor;
    this.turns = turns;
    this.ownership = ownership;
  }

  DeviceId device() {
    return device;
  }

  WriteTurns turns() {
    return turns;
  }

  @Nullable Object ownership() {
    return ownership;
  }

  /** Reads the stored record when no write of the device's sessions is in progress. */
  CompletableFuture<Optional<Subscription>> read(
      Supplier<CompletableFuture<Optional<Subscription>>> read) {
    return turns.inTurn(
        this,
        read,
        () ->
            CompletableFuture.failedFuture(
                new IllegalStateException("another connection of the device has come")));
  }

  private CompletableFuture<@Nullable Void> whenWritten() {
    return last.handle((done, failure) -> null);
  }

  private void next(Supplier<CompletableFuture<@Nullable Void>> write) {
    last =
        whenWritten()
            .thenCompose(
                before -> turns.inTurn(this, write, () -> CompletableFuture.completedFuture(null)));
  }

  /** Continues the stored session unchanged. */
  synchronized void resume(Subscription record) {
    present = true;
    subscriptions = Subscriptions.of(record.getFilters());
  }

  /** Starts a session that is stored: from now on the table holds a record of it. */
  synchronized void start() {
    started = true;
    write(null);
  }

  /** Removes the stored session, if there is one. */
  synchronized void forget(Supplier<CompletableFuture<Boolean>> isThere) {
    next(() ->
        isThere
            .get()
            .thenCompose(
                there -> there ? all.remove(this) : CompletableFuture.completedFuture(null)));
    letGoOnceWritten();
  }

  /**
   * Removes the stored session, if there is one; another connection may have come meanwhile. The
   * result is whether there was one; it fails if the removal has not had its turn.
   */
  synchronized CompletableFuture<Boolean> erase(Supplier<CompletableFuture<Boolean>> removal) {
    CompletableFuture<Boolean> erased =
        turns.inTurn(
            this,
            removal,
            () ->
                CompletableFuture.failedFuture(
                    new IllegalStateException("another connection of the device has come")));
    last = erased.handle((done, failure) -> null);
    letGoOnceWritten();
    return erased;
  }

  @Override
  public synchronized boolean isPresent() {
    return present;
  }

  @Override
  public synchronized Subscriptions subscriptions() {
    return subscriptions;
  }

  @Override
  public synchronized CompletableFuture<@Nullable Void> save(Subscriptions now) {
    if (!started || ended) {
      return CompletableFuture.completedFuture(null);
    }
    if (!now.equals(subscriptions)) {
      subscriptions = now;
      write(null);
    }
    return last;
  }

  @Override
  public synchronized void end(Duration keptForNow) {
    if (!started || ended) {
      return;
    }
    ended = true;
    keptFor = keptForNow;
    if (keptFor.isZero()) {
      next(() -> all.remove(this));
    } else {
      write(all.now());
    }
    letGoOnceWritten();
  }

  private void write(@Nullable Long endedAt) {
    Subscription record = KeptSessions.record(subscriptions, keptFor, endedAt);
    next(() -> all.write(this, record));
  }

  private void letGoOnceWritten() {
    whenWritten().thenAccept(done -> all.over(this));
  }
}
