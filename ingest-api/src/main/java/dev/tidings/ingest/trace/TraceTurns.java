package dev.tidings.ingest.trace;

import dev.tidings.ingest.trace.Turns.Places;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Who asks for traces takes turns in each of the three things that it takes, with bounds for each
 * caller: looking into the table, asking another node, and reading the log. Thread-safe.
 */
public final class TraceTurns implements AutoCloseable {
  private static final int FORWARDS = 64;
  private static final int WAITING = 256;

  /** Of a search's places, for each that may run: those of one caller, and those to wait in. */
  private static final int SEARCHES_PER_CALLER = 2;

  private static final int SEARCHES_WAITING = 8;

  private final ThreadPoolExecutor threads;
  private final Turns lookups;
  private final Turns forwards;
  private final Turns searches;

  /**
   * Turns with threads of their own.
   *
   * @param lookups at once, each with a thread
   * @param searches at once, each with a thread
   * @param perCaller traces that one caller may ask for at once
   */
  public TraceTurns(int lookups, int searches, int perCaller) {
    int size = lookups + searches;
    // Its queue is short: no more tasks are handed to it than there are threads.
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

  /** How many wait for their turn. */
  public int waiting() {
    return lookups.waiting() + forwards.waiting() + searches.waiting();
  }

  /** How many were refused. */
  public long refused() {
    return lookups.refused() + forwards.refused() + searches.refused();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
