package dev.tidings.node.deliver;

import io.netty.util.concurrent.EventExecutor;
import java.util.function.Consumer;

/**
 * A partition's loop, for tasks whose failure must not be passed over: Netty would log it, and go
 * on with the next task as if this one had been done.
 */
final class GuardedLoop {
  private final EventExecutor loop;
  private final Consumer<Throwable> failures;

  /**
   * @param failures told, on the loop, of each task that has failed
   */
  GuardedLoop(EventExecutor loop, Consumer<Throwable> failures) {
    this.loop = loop;
    this.failures = failures;
  }

  /** Runs a task on the loop, later. */
  void execute(Runnable task) {
    loop.execute(() -> run(task));
  }

  /** Runs a task at once; to be called on the loop. */
  void run(Runnable task) {
    assert loop.inEventLoop();
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failures.accept(e);
    }
  }

  boolean inEventLoop() {
    return loop.inEventLoop();
  }
}
