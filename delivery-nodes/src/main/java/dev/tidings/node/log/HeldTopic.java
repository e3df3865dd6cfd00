package dev.tidings.node.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be written to a topic that takes nothing at the moment, in order: those that came back
 * go before those that have not been tried. One record at a time is tried. For one thread.
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
   * A write has failed; the next attempt is the later the oftener that happens.
   *
   * @return whether it was an attempt of its own: many come back at once
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

  /** The one to be tried; null if there is none. */
  @Nullable LogWrite probe() {
    @Nullable LogWrite first = returned.isEmpty() ? waiting.pollFirst() : returned.pollFirst();
    probing = first != null;
    return first;
  }

  /** The attempt has ended without telling anything of the topic: the next one may be tried. */
  void probed() {
    probing = false;
    failures = 1;
  }

  /** All that is held, in order. */
  List<LogWrite> rest() {
    List<LogWrite> rest = new ArrayList<>(returned);
    rest.addAll(waiting);
    return rest;
  }

  /** It will take nothing until somebody does something. */
  void urgent(boolean now) {
    urgent = now;
  }

  boolean isUrgent() {
    return urgent;
  }

  /** How often it was tried in vain. */
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
