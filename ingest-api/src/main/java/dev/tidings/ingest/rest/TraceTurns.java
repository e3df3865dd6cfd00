package dev.tidings.ingest.rest;

import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.operation.Turns.Places;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Queues the three kinds of work of trace requests, with limits for each caller: look-ups in the
 * table, requests to another node, and searches of the log. Thread-safe.
 */
public final class TraceTurns implements AutoCloseable {
  private static final int FORWARDS = 64;
  private static final int WAITING = 256;

  /** How many requests share a search: each of them costs a page of the table after it. */
  private static final int TOGETHER = 64;

  private final ThreadPoolExecutor threads;
  private final Turns lookups;
  private final Turns forwards;
  private final Searches searches;

  /**
   * Creates the queues with their own threads.
   *
   * @param lookups the number of concurrent look-ups, each with a thread
   * @param searches the number of concurrent searches, each with a thread
   * @param perCaller the number of concurrent requests of one caller; as many more may wait for a
   *     search
   */
  public TraceTurns(int lookups, int searches, int perCaller) {
    int size = lookups + searches;
    // Its queue stays short: it never gets more tasks than it has threads.
    this.threads =
        new ThreadPoolExecutor(
            size,
            size,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("traces-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    this.lookups = new Turns(new Places(lookups, perCaller, WAITING), threads);
    this.forwards = new Turns(new Places(FORWARDS, perCaller, WAITING), Runnable::run);
    this.searches =
        new Searches(new Searches.Places(searches, perCaller, WAITING, TOGETHER), threads);
  }

  Turns lookups() {
    return lookups;
  }

  Turns forwards() {
    return forwards;
  }

  Searches searches() {
    return searches;
  }

  /** Returns the number of waiting tasks. */
  public int waiting() {
    return lookups.waiting() + forwards.waiting() + searches.waiting();
  }

  /** Returns the number of refused tasks. */
  public long refused() {
    return lookups.refused() + forwards.refused() + searches.refused();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
