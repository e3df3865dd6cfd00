package dev.tidings.node.log.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of writes to a topic that accepts no records at the moment, in order: writes that came
 * back precede those not yet attempted. One record at a time is attempted. For one thread.
 */
final class HeldTopic {
  private static final long FIRST_NANOS = 100_000_000L;
  private static final long LONGEST_NANOS = 10_000_000_000L;

  private final Deque<LogWrite> returned = new ArrayDeque<>();
  private final Deque<LogWrite> waiting = new ArrayDeque<>();
  private final long since;
  private long dueAt;
  private long backoff = FIRST_NANOS;
  private boolean probing;
  private boolean urgent;
  private int failures;
  private String why = "";

  HeldTopic(long now) {
    since = now;
    dueAt = now;
  }

  /**
   * Notes a failed write; each failure delays the next attempt further.
   *
   * @return whether this was a separate attempt: many writes may come back at once
   */
  boolean failed(LogWrite write, boolean probe, String reason, long now) {
    boolean first = failures == 0;
    why = reason;
    if (probe) {
      returned.addFirst(write);
      probing = false;
    } else {
      returned.addLast(write);
    }
    if (probe || first) {
      failures++;
      dueAt = now + backoff;
      backoff = Math.min(LONGEST_NANOS, 2 * backoff);
      return true;
    }
    return false;
  }

  void add(LogWrite write) {
    waiting.addLast(write);
  }

  boolean isDue(long now) {
    return !probing && now - dueAt >= 0;
  }

  /** Returns the write to attempt; null if there is none. */
  @Nullable LogWrite probe() {
    @Nullable LogWrite first = returned.isEmpty() ? waiting.pollFirst() : returned.pollFirst();
    probing = first != null;
    return first;
  }

  /** The attempt has ended without a result for the topic: the next write may be attempted. */
  void probed() {
    probing = false;
    failures = 1;
  }

  /** Returns all held writes, in order. */
  List<LogWrite> rest() {
    List<LogWrite> rest = new ArrayList<>(returned);
    rest.addAll(waiting);
    return rest;
  }

  /** Sets whether the topic accepts nothing until an operator acts. */
  void urgent(boolean now) {
    urgent = now;
  }

  boolean isUrgent() {
    return urgent;
  }

  /** Returns the number of failed attempts. */
  int failures() {
    return failures;
  }

  long since() {
    return since;
  }

  String why() {
    return why;
  }

  boolean isEmpty() {
    return !probing && returned.isEmpty() && waiting.isEmpty();
  }
}
