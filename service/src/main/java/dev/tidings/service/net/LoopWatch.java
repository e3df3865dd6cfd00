package dev.tidings.service.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import java.util.function.Consumer;

/**
 * Tells of an event loop that ends though nobody has asked it to. Netty logs the error that ended
 * it and nothing more: its connections are served no more, nor are new ones that it is to get.
 * Thread-safe.
 */
public final class LoopWatch {
  private volatile boolean closing;

  /**
   * Watches the loops there are.
   *
   * @param fatal told of the first to end, and of each after it: the process has to end
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

  /** From now on loops may end. */
  public void closing() {
    closing = true;
  }
}
