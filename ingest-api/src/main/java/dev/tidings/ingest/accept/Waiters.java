package dev.tidings.ingest.accept;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Those who wait for a place, the longest first. Each is there once, and woken once: it comes again
 * if it has not got a place. Thread-safe.
 */
final class Waiters {
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  // So that whoever leaves while nobody waits, as nearly always, needs no lock.
  private volatile boolean some;

  void add(Runnable waiter) {
    synchronized (waiting) {
      waiting.add(waiter);
      some = true;
    }
  }

  void remove(Runnable waiter) {
    synchronized (waiting) {
      waiting.remove(waiter);
      some = !waiting.isEmpty();
    }
  }

  /**
   * A place has become free.
   *
   * @param isLast whether nobody is left who could free another one: then all are woken
   */
  void freed(boolean isLast) {
    if (some) {
      woken(isLast).forEach(Runnable::run);
    }
  }

  private List<Runnable> woken(boolean all) {
    synchronized (waiting) {
      List<Runnable> woken = all ? List.copyOf(waiting) : waiting.stream().limit(1).toList();
      woken.forEach(waiting::remove);
      some = !waiting.isEmpty();
      return woken;
    }
  }

  int count() {
    synchronized (waiting) {
      return waiting.size();
    }
  }
}
