package dev.tidings.node.log.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The queue of writes to a topic that accepts no records at the moment, in order: writes that came
 * back precede those not yet attempted. One record at a time is attempted. For one thread.
 */
final class RetriedTopic {
  private static final long FIRST_NANOS = 100_000_000L;
  private static final long LONGEST_NANOS = 10_000_000_000L;

  /** By the order in which they were first sent: a producer that is closed returns them in none. */
  private final TreeMap<Long, LogWrite> returned = new TreeMap<>();

  private final Deque<LogWrite> waiting = new ArrayDeque<>();
  private final long since;
  private long dueAt;
  private long backoff = FIRST_NANOS;
  private boolean probing;

  /** The place of the write that is attempted among those that came back. */
  private long probed;

  private boolean urgent;
  private int failures;
  private int unknown;
  private String why = "";

  RetriedTopic(long now) {
    since = now;
    dueAt = now;
  }

  /**
   * Notes a failed write; each failure delays the next attempt further.
   *
   * @param number its place in the order in which writes were sent
   * @return whether this was a separate attempt: many writes may come back at once
   */
  boolean failed(LogWrite write, long number, boolean probe, String reason, long now) {
    boolean first = failures == 0;
    why = reason;
    if (probe) {
      returned.put(probed, write);
      probing = false;
    } else {
      returned.put(number, write);
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
    Map.@Nullable Entry<Long, LogWrite> back = returned.pollFirstEntry();
    @Nullable LogWrite first = back == null ? waiting.pollFirst() : back.getValue();
    probed = back == null ? Long.MAX_VALUE : back.getKey();
    probing = first != null;
    return first;
  }

  /** The attempt has ended without a result for the topic: the next write may be attempted. */
  void probed() {
    probing = false;
    failures = 1;
    unknown = 0;
  }

  /** Returns all writes to the topic, in order. */
  List<LogWrite> rest() {
    List<LogWrite> rest = new ArrayList<>(returned.values());
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

  /** Counts an unknown failure, and returns how many there were in a row. */
  int countUnknown() {
    return ++unknown;
  }

  /** The attempt has failed for a known reason. */
  void resetUnknown() {
    unknown = 0;
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
