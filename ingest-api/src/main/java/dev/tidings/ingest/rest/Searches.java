package dev.tidings.ingest.rest;

import dev.tidings.ingest.trace.Search;
import dev.tidings.ingest.trace.Unprocessed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Has the log searched for many requests in one reading: those that come while one is under way
 * wait for the next, and share it. Callers take turns in what a reading has room for, and each has
 * a limit. If all waiting places are taken, the newest request of the caller with the most makes
 * room for a caller with fewer. Thread-safe.
 */
final class Searches {
  /** Searches the log for several ids in one reading; blocks. */
  @FunctionalInterface
  interface Log {
    /** Returns what was found of each, in their order. */
    List<Unprocessed> search(List<Search> searches) throws InterruptedException;
  }

  /** A request: exactly one of its methods is called, once. */
  interface Request {
    /** What it asks for. */
    Search search();

    /** Called with what was found; it may block. */
    void found(Unprocessed result) throws InterruptedException;

    /** Called if the reading failed unexpectedly. */
    void failed(RuntimeException failure);

    /** Called if the service is stopping. */
    void stopped();

    /** Called if there is no place for it. */
    void refused();
  }

  /**
   * The limits.
   *
   * @param running the maximum of readings at once
   * @param perCaller the maximum of waiting requests of one caller
   * @param waiting the maximum of waiting requests, in total
   * @param together the maximum of requests of one reading
   */
  record Places(int running, int perCaller, int waiting, int together) {}

  private final Places places;
  private final Executor executor;
  private final Map<Long, Deque<Waiting>> callers = new LinkedHashMap<>();
  private final LongAdder refused = new LongAdder();
  private int running;
  private int waiting;

  /** A request with the log that it is about. */
  private record Waiting(Log log, Request request) {}

  /**
   * Creates empty queues.
   *
   * @param executor runs the readings; it rejects them only once the service stops
   */
  Searches(Places places, Executor executor) {
    this.places = places;
    this.executor = executor;
  }

  /** Has a request answered by the next reading, or refuses it. */
  void add(long caller, Log log, Request request) {
    Waiting added = new Waiting(log, request);
    @Nullable Waiting tooMany;
    synchronized (this) {
      tooMany = placed(caller, added);
    }
    if (tooMany != null) {
      refuse(tooMany);
    }
    runNext();
  }

  /** Gives a request a place. Returns the one that has none as a result, if any. */
  private @Nullable Waiting placed(long caller, Waiting added) {
    int own = callers.containsKey(caller) ? callers.get(caller).size() : 0;
    if (own >= places.perCaller()) {
      return added;
    }
    @Nullable Waiting shed = null;
    if (waiting >= places.waiting()) {
      Deque<Waiting> most = Collections.max(callers.values(), Comparator.comparingInt(Deque::size));
      if (most.size() <= own + 1) {
        return added;
      }
      shed = most.removeLast();
      waiting--;
    }
    callers.computeIfAbsent(caller, _ -> new ArrayDeque<>()).addLast(added);
    waiting++;
    return shed;
  }

  private void runNext() {
    for (List<Waiting> next = next(); !next.isEmpty(); next = next()) {
      List<Waiting> together = next;
      try {
        executor.execute(() -> run(together));
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        // The service is stopping, or no thread can be started for the moment.
        ended();
        together.forEach(each -> each.request().stopped());
      }
    }
  }

  /** Takes those of the next reading: one of each caller, and one of each again. */
  private synchronized List<Waiting> next() {
    List<Waiting> together = new ArrayList<>();
    if (running >= places.running() || callers.isEmpty()) {
      return together;
    }
    running++;
    while (together.size() < places.together() && !callers.isEmpty()) {
      Map.Entry<Long, Deque<Waiting>> first = callers.entrySet().iterator().next();
      Long caller = first.getKey();
      Deque<Waiting> queue = first.getValue();
      together.add(queue.removeFirst());
      waiting--;
      callers.remove(caller);
      if (!queue.isEmpty()) {
        callers.put(caller, queue);
      }
    }
    return together;
  }

  private void run(List<Waiting> together) {
    try {
      search(together);
    } finally {
      ended();
      runNext();
    }
  }

  private void search(List<Waiting> together) {
    // There is one log as long as the service runs.
    Log log = together.getFirst().log();
    int told = 0;
    try {
      List<Unprocessed> results =
          log.search(together.stream().map(each -> each.request().search()).toList());
      while (told < together.size()) {
        int next = told++;
        tell(together.get(next), results.get(next));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      together.subList(told, together.size()).forEach(each -> each.request().stopped());
    } catch (RuntimeException e) {
      together.subList(told, together.size()).forEach(each -> each.request().failed(e));
    }
  }

  private static void tell(Waiting each, Unprocessed result) {
    try {
      each.request().found(result);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      each.request().stopped();
    } catch (RuntimeException e) {
      each.request().failed(e);
    }
  }

  private synchronized void ended() {
    running--;
  }

  private void refuse(Waiting each) {
    refused.increment();
    each.request().refused();
  }

  /** Returns the number of waiting requests. */
  synchronized int waiting() {
    return waiting;
  }

  /** Returns the number of refused requests. */
  long refused() {
    return refused.sum();
  }
}
