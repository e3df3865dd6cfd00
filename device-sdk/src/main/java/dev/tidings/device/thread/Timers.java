package dev.tidings.device.thread;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ends futures after a time, as {@link CompletableFuture} itself does since Java 9, which Android
 * has only since version 12. One thread for all; what is done in it must not block.
 */
public final class Timers {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Timers() {}

  private static ScheduledThreadPoolExecutor timer() {
    var timer = new ScheduledThreadPoolExecutor(1, task -> Daemons.named("device timer", task));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** Completes it with null after the time, unless it is complete by then. Returns it. */
  public static CompletableFuture<@Nullable Void> completeAfter(
      CompletableFuture<@Nullable Void> future, Duration time) {
    return after(future, time, () -> future.complete(null));
  }

  /** Fails it with a {@link TimeoutException} after the time. Returns it. */
  public static <T extends @Nullable Object> CompletableFuture<T> failAfter(
      CompletableFuture<T> future, Duration time) {
    return after(future, time, () -> future.completeExceptionally(new TimeoutException()));
  }

  private static <T extends @Nullable Object> CompletableFuture<T> after(
      CompletableFuture<T> future, Duration time, Runnable end) {
    if (!future.isDone()) {
      Future<?> waiting = TIMER.schedule(end, time.toMillis(), TimeUnit.MILLISECONDS);
      CompletableFuture<T> done = future.whenComplete((value, failure) -> waiting.cancel(false));
      assert done != null;
    }
    return future;
  }

  /** Runs a task after the time, in a thread of the common pool. */
  public static void runAfter(Duration time, Runnable task) {
    var _ =
        TIMER.schedule(
            () -> CompletableFuture.runAsync(task), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Returns a future that has failed. */
  public static <T extends @Nullable Object> CompletableFuture<T> failed(Throwable failure) {
    CompletableFuture<T> future = new CompletableFuture<>();
    future.completeExceptionally(failure);
    return future;
  }
}
