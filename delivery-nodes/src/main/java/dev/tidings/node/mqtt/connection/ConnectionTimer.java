package dev.tidings.node.mqtt.connection;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The single timer of a connection, for the deadline of its present phase. It is not rescheduled
 * when that deadline moves later, as the keep-alive does with each packet: it fires, finds that it
 * is early, and is set again. Event loop only.
 */
final class ConnectionTimer implements Runnable {
  private final EventExecutor executor;
  private final DeviceConnection connection;
  private @Nullable Future<?> scheduled;
  private long firesAt;

  ConnectionTimer(EventExecutor executor, DeviceConnection connection) {
    this.executor = executor;
    this.connection = connection;
  }

  /** Returns the time by the loop's clock, which a test may control. */
  long nanoTime() {
    return executor.ticker().nanoTime();
  }

  /** Ensures that the deadline is looked at by that time. */
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
    ConnectPhase phase = connection.phase();
    long deadline = phase.deadline();
    if (nanoTime() < deadline) {
      noLaterThan(deadline);
    } else {
      phase.timeIsUp();
    }
  }
}
