package dev.tidings.node.keep;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads and writes of a device's sessions, one at a time. Only the newest session waits for its
 * turn: those of earlier connections write nothing any more. So a device that connects again and
 * again while the log takes nothing needs no more memory than one that waits. Thread-safe.
 */
final class WriteTurns {
  private @Nullable KeptSession newest;
  private boolean taken;

  /** The turn that the newest session waits for, if any; a session waits for one at a time. */
  private @Nullable CompletableFuture<Boolean> waiting;

  /**
   * Makes a session the newest.
   *
   * @return tells the session that waited until now that it is displaced; to be run without a lock
   */
  synchronized Runnable enters(KeptSession session) {
    newest = session;
    @Nullable CompletableFuture<Boolean> displaced = waiting;
    waiting = null;
    return displaced == null ? () -> {} : () -> displaced.complete(false);
  }

  synchronized boolean isNewest(KeptSession session) {
    return session.equals(newest);
  }

  /**
   * Runs an action when it is the session's turn.
   *
   * @param displaced what to return instead if there is a newer session by then
   */
  <T extends @Nullable Object> CompletableFuture<T> inTurn(
      KeptSession session,
      Supplier<CompletableFuture<T>> what,
      Supplier<CompletableFuture<T>> displaced) {
    return turn(session)
        .thenCompose(
            mine -> mine ? begin(what).whenComplete((done, failure) -> over()) : displaced.get());
  }

  private synchronized CompletableFuture<Boolean> turn(KeptSession session) {
    if (!isNewest(session)) {
      return CompletableFuture.completedFuture(false);
    }
    if (!taken) {
      taken = true;
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    waiting = turn;
    return turn;
  }

  private static <T extends @Nullable Object> CompletableFuture<T> begin(
      Supplier<CompletableFuture<T>> what) {
    try {
      return what.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void over() {
    @Nullable CompletableFuture<Boolean> next;
    synchronized (this) {
      next = waiting;
      waiting = null;
      taken = next != null;
    }
    if (next != null) {
      next.complete(true);
    }
  }
}
