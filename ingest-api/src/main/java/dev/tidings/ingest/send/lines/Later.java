package dev.tidings.ingest.send.lines;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs tasks after a while. Thread-safe. */
@FunctionalInterface
interface Later {
  /** In another thread, which the tasks must not block. */
  Later SOME_THREAD =
      (task, nanos) -> {
        CompletableFuture<Void> due =
            new CompletableFuture<Void>().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        due.thenRun(task);
        return () -> due.cancel(false);
      };

  /**
   * Has a task run.
   *
   * @return forgets the task, if it was not run
   */
  Runnable run(Runnable task, long nanos);
}
