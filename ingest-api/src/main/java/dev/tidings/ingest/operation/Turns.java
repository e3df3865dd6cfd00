package dev.tidings.ingest.operation;

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
 * Runs a limited number of tasks at once; callers with waiting tasks take turns, so that a caller
 * with many tasks delays only itself. Each caller has a limit. If all waiting places are taken, the
 * newest task of the caller with the most makes room for a caller with fewer. Thread-safe.
 */
public final class Turns {
  /** A task: exactly one of its methods is called, once. */
  public interface Task {
    /**
     * Runs the task, when its turn has come.
     *
     * @param done must be called when the task has ended, from any thread
     */
    void run(Runnable done);

    /** Called if there is no place for the task. */
    void refused();
  }

  /**
   * The limits of tasks.
   *
   * @param running the maximum of running tasks
   * @param perCaller the maximum of one caller, running or waiting
   * @param waiting the maximum of waiting tasks, in total
   */
  public record Places(int running, int perCaller, int waiting) {}

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
   * Creates empty queues.
   *
   * @param executor runs the tasks; a task that it rejects counts as refused
   */
  public Turns(Places places, Executor executor) {
    this.places = places;
    this.executor = executor;
  }

  /** Runs a task when its turn comes, or refuses it. */
  public void add(long callerId, Task task) {
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

  /** Gives a task a place. Returns the task that has none as a result, if any. */
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
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        // No thread can be started, for the moment: its place is not to be lost for good.
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

  /** Returns the number of waiting tasks. */
  public synchronized int waiting() {
    return waiting;
  }

  /** Returns the number of refused tasks. */
  public long refused() {
    return refused.sum();
  }
}
