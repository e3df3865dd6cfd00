package dev.tidings.node.register;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs asynchronous steps one after another for each key, and those of different keys concurrently.
 * The number of waiting and running steps is bounded. Thread-safe.
 */
final class Serial<K> {
  private final int most;
  private final AtomicInteger open = new AtomicInteger();

  /** The waiting steps of each key that has a running step. */
  private final Map<K, Queue<Step>> waiting = new HashMap<>();

  /** A step, including reporting its result. */
  private interface Step {
    CompletableFuture<?> run();
  }

  Serial(int most) {
    this.most = most;
  }

  /** Runs a step once all earlier ones of its key have ended, successfully or not. */
  <T> CompletableFuture<T> run(K key, Supplier<? extends CompletionStage<T>> step) {
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      return CompletableFuture.failedFuture(
          new RefusedException("try again: the node has too much to do"));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Step whole =
        () ->
            begin(step)
                .whenComplete((value, failure) -> {
                  open.decrementAndGet();
                  if (failure == null) {
                    result.complete(value);
                  } else {
                    result.completeExceptionally(failure);
                  }
                })
                .toCompletableFuture();
    if (isFirst(key, whole)) {
      goOn(key, whole);
    }
    return result;
  }

  private static <T> CompletionStage<T> begin(Supplier<? extends CompletionStage<T>> step) {
    try {
      return step.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Returns whether the step may run now; otherwise it is queued. */
  private synchronized boolean isFirst(K key, Step step) {
    @Nullable Queue<Step> others = waiting.get(key);
    if (others == null) {
      waiting.put(key, new ArrayDeque<>(1));
      return true;
    }
    others.add(step);
    return false;
  }

  private synchronized @Nullable Step following(K key) {
    @Nullable Queue<Step> others = waiting.get(key);
    @Nullable Step next = others == null ? null : others.poll();
    if (next == null) {
      waiting.remove(key);
    }
    return next;
  }

  /** In a loop and not recursively: thousands of steps may be waiting, and all fail at once. */
  private void goOn(K key, @Nullable Step first) {
    @Nullable Step next = first;
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
