package dev.tidings.service.lifecycle;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The thread that starts a service. It can be interrupted only while it does so: a later interrupt
 * would cut the stop steps short.
 */
final class StartingThread {

  private @Nullable Thread thread;

  synchronized void begin() {
    thread = Thread.currentThread();
  }

  synchronized void end() {
    thread = null;
    Thread.interrupted();
    notifyAll();
  }

  synchronized void interrupt() {
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }

  synchronized void awaitEnd(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    long left = atMost.toMillis();
    while (thread != null && left > 0) {
      wait(left);
      left = (deadline - System.nanoTime()) / 1_000_000;
    }
  }
}
