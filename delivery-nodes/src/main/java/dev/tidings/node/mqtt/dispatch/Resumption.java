package dev.tidings.node.mqtt.dispatch;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Restores the subscriptions of a session that was kept, a moment after its CONNACK or when its
 * device sends something. For a CONNACK with an authentication method: HiveMQ's client (1.4.2)
 * looks at that outside of the order of packets, takes a PUBLISH that came along with it for one
 * before it, and disconnects, each time anew. Event loop only.
 */
final class Resumption {
  private static final int PAUSE_MILLIS = 250;

  private final Runnable resume;
  private final Future<?> end;
  private boolean over;

  /**
   * @param resume restores them
   */
  Resumption(EventExecutor executor, Runnable resume) {
    this.resume = resume;
    this.end = executor.schedule(this::restore, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Restores them, unless that has been done. */
  void restore() {
    if (!over) {
      cancel();
      resume.run();
    }
  }

  /** The connection has ended. */
  void cancel() {
    over = true;
    end.cancel(false);
  }
}
