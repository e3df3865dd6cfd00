package dev.tidings.node.register;

import dev.tidings.node.register.RefusedException.Reason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs asynchronous steps one after another for each key, and those of different keys concurrently.
 * The number of waiting and running steps is bounded. A step that takes too long is answered and
 * gives up its place; until it has ended, others of its key are refused. Thread-safe.
 */
final class Serial<K> {
  private final int most;
  private final Duration patience;
  private final AtomicInteger open = new AtomicInteger();

  /** The running step of each key that has one, and those that wait for it. */
  private final Map<K, Queue<Step<?>>> steps = new HashMap<>();

  /** A step, including reporting its result. */
  private static final class Step<T> {
    private final Supplier<? extends CompletionStage<T>> work;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private volatile boolean late;

    Step(Supplier<? extends CompletionStage<T>> work) {
      this.work = work;
    }

    CompletableFuture<?> run() {
      if (late) {
        // Whoever asked for it has been told to try again.
        return result;
      }
      return begin(work)
          .whenComplete((value, failure) -> {
            if (failure == null) {
              result.complete(value);
            } else {
              result.completeExceptionally(failure);
            }
          })
          .toCompletableFuture();
    }
  }

  /**
   * @param patience the time after which a step is answered that has not ended
   */
  Serial(int most, Duration patience) {
    this.most = most;
    this.patience = patience;
  }

  /** Runs a step once all earlier ones of its key have ended, successfully or not. */
  <T> CompletableFuture<T> run(K key, Supplier<? extends CompletionStage<T>> step) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return CompletableFuture.failedFuture(
          new RefusedException(Reason.BUSY, "try again: the node has too much to do"));
    }
    Step<T> whole = new Step<>(step);
    CompletableFuture<T> answer = new CompletableFuture<>();
    whole
        .result
        .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((value, failure) -> {
          open.decrementAndGet();
          if (failure == null) {
            answer.complete(value);
          } else if (failure instanceof TimeoutException) {
            whole.late = true;
            answer.completeExceptionally(
                new RefusedException(
                    Reason.LOG_FULL, "try again: the log takes nothing at the moment"));
          } else {
            answer.completeExceptionally(failure);
          }
        });
    switch (enter(key, whole)) {
      case FIRST -> goOn(key, whole);
      case WAITS -> {
        // It is run once those before it have ended.
      }
      case REFUSED ->
          whole.result.completeExceptionally(
              new RefusedException(
                  Reason.LOG_FULL, "try again: an earlier request has not been written yet"));
    }
    return answer;
  }

  private static <T> CompletionStage<T> begin(Supplier<? extends CompletionStage<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** What becomes of a new step. */
  private enum Entered {
    FIRST,
    WAITS,
    REFUSED
  }

  private synchronized Entered enter(K key, Step<?> step) {
    @Nullable Queue<Step<?>> others = steps.get(key);
    if (others == null) {
      Queue<Step<?>> alone = new ArrayDeque<>(1);
      alone.add(step);
      steps.put(key, alone);
      return Entered.FIRST;
    }
    @Nullable Step<?> running = others.peek();
    if (running != null && running.late) {
      return Entered.REFUSED;
    }
    others.add(step);
    return Entered.WAITS;
  }

  /** The running step has ended: returns the next of its key; null if there is none. */
  private synchronized @Nullable Step<?> following(K key) {
    @Nullable Queue<Step<?>> others = steps.get(key);
    if (others != null) {
      others.poll();
    }
    @Nullable Step<?> next = others == null ? null : others.peek();
    if (next == null) {
      steps.remove(key);
    }
    return next;
  }

  /** In a loop and not recursively: thousands of steps may be waiting, and all fail at once. */
  private void goOn(K key, @Nullable Step<?> first) {
    @Nullable Step<?> next = first;
    while (next != null) {
      CompletableFuture<?> ended = next.run();
      if (!ended.isDone()) {
        ended.whenComplete((value, failure) -> goOn(key, following(key)));
        return;
      }
      next = following(key);
    }
  }

  /** Returns the number of waiting and running steps. */
  int open() {
    return open.get();
  }
}
