package dev.tidings.infra.pipeline;

import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.infra.process.ChildProcess;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts the thread that starts a pipeline as soon as one of its processes ends; otherwise that
 * thread might wait for minutes for something else. Thread-safe.
 */
final class StartWatch {
  private final Thread starting = Thread.currentThread();
  private @Nullable ChildProcess ended;
  private boolean over;

  /** Watches one more process. */
  void watch(ChildProcess child) {
    var _ = child.end().thenAccept(this::hasEnded);
  }

  private synchronized void hasEnded(ChildProcess child) {
    if (!over && ended == null) {
      ended = child;
      starting.interrupt();
    }
  }

  /**
   * Ends the watch, and clears an interruption by this watch.
   *
   * @return the failure of the first process that has ended meanwhile, if one has
   */
  synchronized Optional<ChildFailedException> end() {
    over = true;
    if (ended == null) {
      return Optional.empty();
    }
    boolean _ = Thread.interrupted();
    return Optional.of(ChildFailedException.ended(ended));
  }
}
