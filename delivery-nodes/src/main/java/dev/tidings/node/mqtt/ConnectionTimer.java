package dev.tidings.node.mqtt;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a connection, for whatever is due first. It is not moved when what it waits for
 * moves further away, as a keep-alive does with each packet: it fires, finds that it is early, and
 * is set again. Event loop only.
 */
final class ConnectionTimer implements Runnable {
  private final EventExecutor executor;
  private final Runnable task;
  private @Nullable Future<?> scheduled;
  private long firesAt;

  ConnectionTimer(EventExecutor executor, Runnable task) {
    this.executor = executor;
    this.task = task;
  }

  /** By the loop's clock, which a test may turn. */
  long nanoTime() {
    return executor.ticker().nanoTime();
  }

  /** Sees to it that the task runs at that time or earlier. */
  void noLaterThan(long nanos) {
    if (scheduled != null) {
      if (firesAt - nanos <= 0) {
        return;
      }
      scheduled.cancel(false);
    }
    firesAt = nanos;
    scheduled = executor.schedule(this, Math.max(0, nanos - nanoTime()), TimeUnit.NANOSECONDS);
  }

  void cancel() {
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
  }

  @Override
  public void run() {
    scheduled = null;
    task.run();
  }
}
