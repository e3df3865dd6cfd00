package dev.tidings.node.register;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Runs asynchronous steps one after another for each key, and those of different keys concurrently.
 * The number of waiting and running steps is bounded. Thread-safe.
 */
final class Serial<K> {
  private final int most;
  private final Map<K, CompletableFuture<?>> last = new ConcurrentHashMap<>();
  private final AtomicInteger open = new AtomicInteger();

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
    CompletableFuture<?> before = last.put(key, result);
    Runnable begin =
        () ->
            begin(step)
                .whenComplete((value, failure) -> {
                  open.decrementAndGet();
                  last.remove(key, result);
                  if (failure == null) {
                    result.complete(value);
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
    if (before == null) {
      begin.run();
    } else {
      before.whenComplete((value, failure) -> begin.run());
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

  /** Returns the number of waiting and running steps. */
  int open() {
    return open.get();
  }
}
