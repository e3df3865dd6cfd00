package dev.tidings.ingest.send.lines;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.body.SharedMemory;
import dev.tidings.ingest.order.InOrder;
import dev.tidings.ingest.send.SendDesk;
import dev.tidings.ingest.send.SendMeters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answers to lines that were read, until they are written: in the order of the lines, and each
 * with the memory that it takes. Confined to one event loop.
 */
final class LineAnswers {
  /** How many lines may be with the log, or have an answer that was not written. */
  static final int MAX = 512;

  private static final int PART_BYTES = 16 * 1024;

  private final SharedMemory.Part memory;
  private final SendMeters meters;
  private final InOrder order = new InOrder();
  private final Deque<LineAnswer> outstanding = new ArrayDeque<>();
  // Those of the outstanding ones whose payloads are held.
  private final Deque<LineAnswer> held = new ArrayDeque<>();
  private @Nullable LineAnswer waiting;
  // The first of the outstanding ones; the log's threads look at it.
  private volatile @Nullable LineAnswer first;
  private boolean heldBack;

  LineAnswers(SharedMemory.Part memory, SendMeters meters) {
    this.memory = memory;
    this.meters = meters;
  }

  boolean isEmpty() {
    return outstanding.isEmpty();
  }

  /** Returns whether no other may be added, however little it takes. */
  boolean isFull() {
    return waiting != null || outstanding.size() >= MAX;
  }

  /** Notes whether the client is not read, because there is no room for another one. */
  void holdBack(boolean now) {
    if (now && !heldBack) {
      meters.heldBack();
    }
    heldBack = now;
  }

  /** Takes the memory that another one may need at most. Returns false if there is none. */
  boolean reserve() {
    return isEmpty() ? memory.take(LineAnswer.MAX_BYTES) : memory.takeMore(LineAnswer.MAX_BYTES);
  }

  /** Gives back what was reserved, for there was no other. */
  void unreserve() {
    memory.give(LineAnswer.MAX_BYTES);
  }

  /**
   * Returns whether it is the first one: if another is known, nothing can be written. In any
   * thread. When one becomes the first, whether it is known is looked at after that.
   */
  boolean isFirst(LineAnswer answer) {
    return first == answer;
  }

  /** Adds one for which memory was reserved. */
  void add(LineAnswer answer) {
    outstanding.add(answer);
    if (first == null) {
      first = answer;
    }
    memory.give(answer.settle(LineAnswer.MAX_BYTES));
    if (answer.isHeld()) {
      held.add(answer);
    }
  }

  /** Gives back what payloads took that are not held any more. */
  void settle() {
    for (LineAnswer next = held.peek(); next != null && !next.isHeld(); next = held.peek()) {
      held.remove();
      memory.give(next.settle(next.taken()));
    }
  }

  /** Sends one on its way to the log. Returns false if there was no room: it waits then. */
  boolean send(LineAnswer answer, SendDesk desk) {
    boolean sent = answer.send(desk, order);
    waiting = sent ? null : answer;
    return sent;
  }

  /** Returns the one that waits for the log to have room; null if none does. */
  @Nullable LineAnswer waiting() {
    return waiting;
  }

  /** The one that waits is not tried again: its last word counts. */
  void giveUp() {
    waiting = null;
  }

  /** The answer that is waited for may change: it is not to be written. */
  boolean isFirstKnown() {
    LineAnswer next = outstanding.peek();
    return next != null && next != waiting && next.isKnown();
  }

  /** Writes those that are known. */
  void write(BodyWriter writer) {
    while (writer.isWritable() && isFirstKnown()) {
      List<byte[]> some = new ArrayList<>();
      int size = 0;
      while (size < PART_BYTES && isFirstKnown()) {
        LineAnswer answer = outstanding.remove();
        first = outstanding.peek();
        byte[] line = answer.line(meters);
        if (held.peek() == answer) {
          held.remove();
        }
        memory.give(answer.taken());
        some.add(line);
        size += line.length;
      }
      writer.write(joined(some, size));
    }
  }

  private static byte[] joined(List<byte[]> lines, int size) {
    byte[] all = new byte[size];
    int at = 0;
    for (byte[] line : lines) {
      System.arraycopy(line, 0, all, at, line.length);
      at += line.length;
    }
    return all;
  }

  /** Forgets all of them. */
  void clear() {
    waiting = null;
    first = null;
    outstanding.forEach(LineAnswer::drop);
    outstanding.clear();
    held.clear();
  }
}
