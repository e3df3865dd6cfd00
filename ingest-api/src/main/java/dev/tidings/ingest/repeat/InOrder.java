package dev.tidings.ingest.repeat;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in the order of their places, whichever of them is ready first; each in the thread
 * that makes it, or one before it, ready. Thread-safe.
 */
public final class InOrder {
  private final Deque<Place> places = new ArrayDeque<>();
  private boolean running;

  /** A place of a task. */
  public final class Place {
    private @Nullable Runnable task;

    private Place() {}

    /** Has the task run when all before it were; called once for each place. */
    public void ready(Runnable ready) {
      synchronized (InOrder.this) {
        task = ready;
      }
      runReady();
    }
  }

  /** Returns the next place. */
  public synchronized Place next() {
    Place place = new Place();
    places.addLast(place);
    return place;
  }

  private void runReady() {
    synchronized (this) {
      if (running) {
        return;
      }
      running = true;
    }
    RuntimeException failure = null;
    for (Runnable next = ready(); next != null; next = ready()) {
      try {
        next.run();
      } catch (RuntimeException e) {
        // It may be another's: those behind it are not to wait for ever.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized @Nullable Runnable ready() {
    Place first = places.peekFirst();
    Runnable task = first == null ? null : first.task;
    if (task == null) {
      running = false;
      return null;
    }
    places.removeFirst();
    return task;
  }
}
