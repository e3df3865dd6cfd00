package dev.tidings.ingest.trace;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lets a number of tasks run at once; callers whose tasks wait take turns, so that one that has
 * many waits for itself. Each caller has a share. Where all places to wait are taken, the newest
 * task of the caller that has most of them makes room for a caller that has fewer. Thread-safe.
 */
final class Turns {
  /** What is to be done: one of the two is called, once. */
  interface Task {
    /**
     * Its turn has come.
     *
     * @param done to be called when it is over, from any thread
     */
    void run(Runnable done);

    /** There is no place for it. */
    void refused();
  }

  /**
   * How many tasks there may be.
   *
   * @param running at once
   * @param perCaller of one caller, running or waiting
   * @param waiting in all
   */
  record Places(int running, int perCaller, int waiting) {}

  private static final class Caller {
    private final long id;
    private final Deque<Task> waiting = new ArrayDeque<>();
    private int running;

    private Caller(long id) {
      this.id = id;
    }

    private boolean isGone() {
      return running == 0 && waiting.isEmpty();
    }
  }

  /** A task whose turn has come. */
  private final class Turn implements Runnable {
    private final Caller caller;
    private final Task task;
    private final AtomicBoolean over = new AtomicBoolean();

    private Turn(Caller caller, Task task) {
      this.caller = caller;
      this.task = task;
    }

    @Override
    public void run() {
      boolean returned = false;
      try {
        task.run(this::done);
        returned = true;
      } finally {
        if (!returned) {
          done();
        }
      }
    }

    private void done() {
      if (over.compareAndSet(false, true)) {
        Turns.this.done(caller);
      }
    }
  }

  private final Places places;
  private final Executor executor;
  private final Map<Long, Caller> callers = new HashMap<>();
  private final Deque<Caller> next = new ArrayDeque<>();
  private final LongAdder refused = new LongAdder();
  private int running;
  private int waiting;

  /**
   * No tasks yet.
   *
   * @param executor where tasks run; what it rejects counts as refused
   */
  Turns(Places places, Executor executor) {
    this.places = places;
    this.executor = executor;
  }

  /** Has a task run when its turn comes, or refused. */
  void add(long callerId, Task task) {
    @Nullable Task tooMany;
    synchronized (this) {
      Caller caller = callers.computeIfAbsent(callerId, Caller::new);
      tooMany = placed(caller, task);
      if (caller.isGone()) {
        callers.remove(callerId);
      }
    }
    if (tooMany != null) {
      refuse(tooMany);
    }
    runNext();
  }

  /** Gives a task a place; what comes back has none. */
  private @Nullable Task placed(Caller caller, Task task) {
    if (caller.running + caller.waiting.size() >= places.perCaller()) {
      return task;
    }
    @Nullable Task shed = null;
    if (running >= places.running() && waiting >= places.waiting()) {
      Caller most = Collections.max(next, Comparator.comparingInt(one -> one.waiting.size()));
      if (most.waiting.size() <= caller.waiting.size() + 1) {
        return task;
      }
      shed = most.waiting.removeLast();
      waiting--;
    }
    if (caller.waiting.isEmpty()) {
      next.addLast(caller);
    }
    caller.waiting.addLast(task);
    waiting++;
    return shed;
  }

  private void runNext() {
    for (Turn turn : due()) {
      try {
        executor.execute(turn);
      } catch (RejectedExecutionException e) {
        refuse(turn.task);
        turn.done();
      }
    }
  }

  private synchronized List<Turn> due() {
    List<Turn> due = new ArrayList<>();
    while (running < places.running() && !next.isEmpty()) {
      Caller caller = next.removeFirst();
      due.add(new Turn(caller, caller.waiting.removeFirst()));
      running++;
      waiting--;
      caller.running++;
      if (!caller.waiting.isEmpty()) {
        next.addLast(caller);
      }
    }
    return due;
  }

  private void done(Caller caller) {
    synchronized (this) {
      running--;
      caller.running--;
      if (caller.isGone()) {
        callers.remove(caller.id);
      }
    }
    runNext();
  }

  private void refuse(Task task) {
    refused.increment();
    task.refused();
  }

  /** How many tasks wait for their turn. */
  synchronized int waiting() {
    return waiting;
  }

  /** How many tasks were refused. */
  long refused() {
    return refused.sum();
  }
}
