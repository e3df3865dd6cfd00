package dev.tidings.service.lifecycle;

import dev.tidings.service.lifecycle.Lifecycle.Action;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops one part of a service, within its time. */
record StopStep(String name, Duration timeout, Action action, ThreadFactory threads) {

  private static final Logger log = LoggerFactory.getLogger(Lifecycle.class);

  StopStep(String name, Duration timeout, Action action) {
    this(name, timeout, action, Thread.ofPlatform().daemon().name("stop " + name).factory());
  }

  /**
   * Stops the part, and returns when it has stopped, has failed to stop, or has used up its time.
   */
  void run() {
    log.info("stopping {}", name);
    long start = System.nanoTime();
    // A daemon thread: a part that never stops must not keep the process from ending.
    Thread thread = threads.newThread(this::act);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      log.warn("{} is stopped without a limit of time: no thread can be started", name);
      act();
      return;
    }
    try {
      if (!thread.join(timeout)) {
        log.warn("{} still stopping after {} ms, going on without it", name, timeout.toMillis());
        thread.interrupt();
      } else {
        log.info("stopped {} in {} ms", name, (System.nanoTime() - start) / 1_000_000);
      }
    } catch (InterruptedException e) {
      // The remaining steps still have to run; the interrupt flag cuts each of them short.
      Thread.currentThread().interrupt();
    }
  }

  private void act() {
    @Nullable Throwable failure = null;
    try {
      action.run();
    } catch (Exception | Error e) {
      failure = e;
    }
    if (failure != null) {
      log.warn("{} failed to stop: {}", name, failure.toString());
      log.debug("{} failed to stop", name, failure);
    }
  }
}
