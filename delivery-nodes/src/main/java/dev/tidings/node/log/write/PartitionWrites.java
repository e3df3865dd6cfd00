package dev.tidings.node.log.write;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The writes to one partition: those the producer has, and, in order, those that wait until it has
 * fewer. Partitions that acknowledge nothing thereby cannot fill the producer's buffer, which all
 * share. For the writer's thread, except {@link #answered}.
 */
final class PartitionWrites {
  private final String name;
  private final BufferShare share;
  private final Deque<LogWrite> waiting = new ArrayDeque<>(0);

  /** The bytes that the producer has returned, acknowledged or not. */
  private final AtomicLong answered = new AtomicLong();

  /** The bytes handed to the producer. */
  private volatile long given;

  private volatile boolean queueing;
  private long seen;
  private long since;

  PartitionWrites(String name, BufferShare share) {
    this.name = name;
    this.share = share;
  }

  /** Returns whether the next write may be handed to the producer. */
  boolean takes() {
    return waiting.isEmpty() && hasRoom();
  }

  /** One record it may always have: others are not to wait for those that are never answered. */
  private boolean hasRoom() {
    long has = given - answered.get();
    return has == 0 || has < share.bytes();
  }

  /** A write is handed to the producer, at this time at the latest. */
  void give(int bytes, long now) {
    long before = given;
    if (before == answered.get()) {
      since = now;
    }
    given = before + bytes;
    share.give(bytes);
  }

  /**
   * The producer has returned a write. On any thread.
   *
   * @return whether one that waits may be handed over now
   */
  boolean answered(int bytes) {
    long all = answered.addAndGet(bytes);
    share.answered(bytes);
    if (queueing && given - all <= share.mostBytes() / 2) {
      queueing = false;
      return true;
    }
    return false;
  }

  /** A write waits. */
  void queue(LogWrite write) {
    waiting.addLast(write);
    queueing = true;
  }

  /** Returns the next of those that wait, if it may be handed over; null otherwise. */
  @Nullable LogWrite release() {
    @Nullable LogWrite next = hasRoom() ? waiting.pollFirst() : null;
    queueing = !waiting.isEmpty();
    return next;
  }

  /** Returns all that wait, and forgets them. */
  List<LogWrite> drain() {
    List<LogWrite> all = new ArrayList<>(waiting);
    waiting.clear();
    queueing = false;
    return all;
  }

  boolean hasQueued() {
    return !waiting.isEmpty();
  }

  /** Looks whether the producer has returned anything since it was last looked at. */
  void look(long now) {
    long all = answered.get();
    if (all != seen || all == given) {
      seen = all;
      since = now;
    }
  }

  /** Returns how long the oldest write that the producer has is unanswered; 0 if it has none. */
  long silentFor(long now) {
    return given == answered.get() ? 0 : now - since;
  }

  @Override
  public String toString() {
    return name;
  }
}
