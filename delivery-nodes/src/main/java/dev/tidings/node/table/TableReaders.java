package dev.tidings.node.table;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Threads that read tables, which may block, for event loops, which may not. What waits for them is
 * bounded: beyond, a read fails at once.
 */
public final class TableReaders implements AutoCloseable {
  private static final int MOST_WAITING = 1 << 16;

  private final ThreadPoolExecutor threads;

  public TableReaders(int threads) {
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("table-reader-", 0).daemon().factory());
  }

  <T> CompletableFuture<T> read(Supplier<T> read) {
    return read(read, threads);
  }

  private static <T> CompletableFuture<T> read(Supplier<T> read, Executor threads) {
    try {
      return CompletableFuture.supplyAsync(read, threads);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
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
