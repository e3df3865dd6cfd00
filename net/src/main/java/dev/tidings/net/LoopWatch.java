package dev.tidings.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.function.Consumer;

/**
 * Reports an event loop that ends unexpectedly. Netty only logs the error that ended it: its
 * connections, and new ones assigned to it, are not served any more. Thread-safe.
 */
public final class LoopWatch {
  private volatile boolean closing;

  /**
   * Watches all loops of a group.
   *
   * @param fatal called for each loop that ends: the process must then end
   */
  public void watch(EventExecutorGroup loops, Consumer<Throwable> fatal) {
    for (EventExecutor loop : loops) {
      loop.terminationFuture()
          .addListener(ended -> {
            if (!closing) {
              fatal.accept(new IllegalStateException("an event loop has ended: " + loop));
            }
          });
    }
  }

  /** Declares that loops may end from now on. */
  public void closing() {
    closing = true;
  }
}
