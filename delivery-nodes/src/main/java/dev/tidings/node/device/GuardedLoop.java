package dev.tidings.node.device;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A partition's loop, for tasks whose failure must not be passed over: Netty would log it, and go
 * on with the next task as if this one had been done.
 */
public final class GuardedLoop {
  private final EventExecutor loop;
  private final Consumer<Throwable> failures;

  /**
   * @param failures told, on the loop, of each task that has failed
   */
  public GuardedLoop(EventExecutor loop, Consumer<Throwable> failures) {
    this.loop = loop;
    this.failures = failures;
  }

  /** Runs a task on the loop, later. */
  public void execute(Runnable task) {
    loop.execute(() -> run(task));
  }

  /** Runs a task on the loop, after a pause. */
  public void schedule(Runnable task, long millis) {
    loop.schedule(() -> run(task), millis, TimeUnit.MILLISECONDS);
  }

  /** Runs a task at once; to be called on the loop. */
  public void run(Runnable task) {
    assert loop.inEventLoop();
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      failures.accept(e);
    }
  }

  public boolean inEventLoop() {
    return loop.inEventLoop();
  }
}
