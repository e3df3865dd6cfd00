package dev.tidings.ingest.rest;

import dev.tidings.ingest.rest.Turns.Places;
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

  /**
   * Factors of the number of concurrent searches: the limit of one caller, and the limit of waiting
   * ones.
   */
  private static final int SEARCHES_PER_CALLER = 2;

  private static final int SEARCHES_WAITING = 8;

  private final ThreadPoolExecutor threads;
  private final Turns lookups;
  private final Turns forwards;
  private final Turns searches;

  /**
   * Creates the queues with their own threads.
   *
   * @param lookups the number of concurrent look-ups, each with a thread
   * @param searches the number of concurrent searches, each with a thread
   * @param perCaller the number of concurrent requests of one caller
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
        new Turns(
            new Places(searches, SEARCHES_PER_CALLER * searches, SEARCHES_WAITING * searches),
            threads);
  }

  Turns lookups() {
    return lookups;
  }

  Turns forwards() {
    return forwards;
  }

  Turns searches() {
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
