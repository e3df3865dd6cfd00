package dev.tidings.node.table;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Threads that read tables, which may block, on behalf of event loops, which may not. They are
 * started at once: later the host may have none left. The queue is bounded: beyond the bound a read
 * fails at once.
 */
public final class TableReaders implements AutoCloseable {
  private static final int MOST_WAITING = 1 << 16;

  private final ThreadPoolExecutor threads;
  private final Consumer<Throwable> failures;

  /**
   * @param failures called with each failure, because damage in a store is permanent
   */
  public TableReaders(int threads, Consumer<Throwable> failures) {
    this.failures = failures;
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("table-reader-", 0).daemon().factory());
    this.threads.prestartAllCoreThreads();
  }

  <T> CompletableFuture<T> read(Supplier<T> read) {
    try {
      return CompletableFuture.supplyAsync(() -> told(read), threads);
    } catch (RuntimeException | OutOfMemoryError e) {
      // Also if no thread can be started in place of one that died.
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> T told(Supplier<T> read) {
    try {
      return read.get();
    } catch (RuntimeException e) {
      failures.accept(e);
      throw e;
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(2, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
