package dev.tidings.ingest.send.lines;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.body.SharedMemory;
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
  private final Deque<LineAnswer> outstanding = new ArrayDeque<>();
  // Those at the end of the outstanding ones that the log was not given yet.
  private final Deque<LineAnswer> unsent = new ArrayDeque<>();
  private boolean waiting;

  LineAnswers(SharedMemory.Part memory, SendMeters meters) {
    this.memory = memory;
    this.meters = meters;
  }

  boolean isEmpty() {
    return outstanding.isEmpty();
  }

  /** Returns whether no other may be added, however little it takes. */
  boolean isFull() {
    return waiting || outstanding.size() >= MAX;
  }

  /** Takes the memory that another one may need at most. Returns false if there is none. */
  boolean reserve() {
    return isEmpty() ? memory.take(LineAnswer.MAX_BYTES) : memory.takeMore(LineAnswer.MAX_BYTES);
  }

  /** Gives back what was reserved, for there was no other. */
  void unreserve() {
    memory.give(LineAnswer.MAX_BYTES);
  }

  /** Adds one for which memory was reserved. */
  void add(LineAnswer answer) {
    outstanding.add(answer);
    memory.give(LineAnswer.MAX_BYTES - answer.weight());
  }

  /** Adds one for which memory was reserved, and which is to be given to the log. */
  void addUnsent(LineAnswer answer) {
    add(answer);
    unsent.add(answer);
  }

  /** Returns the first of those that the log was not given yet; null if there is none. */
  @Nullable LineAnswer firstUnsent() {
    return unsent.peek();
  }

  /** Returns whether one waits for the log to have room. */
  boolean isWaiting() {
    return waiting;
  }

  /**
   * Gives the log those of which is known what they are, in their order. Returns false if there was
   * no room for one, which waits for it from now on.
   */
  boolean give(SendDesk desk) {
    for (LineAnswer next = unsent.peek(); next != null && next.isDecided(); next = unsent.peek()) {
      int before = next.weight();
      waiting = !next.append(desk);
      if (waiting) {
        return false;
      }
      memory.give(before - next.weight());
      unsent.remove();
    }
    return true;
  }

  /** The one that waits is not given to the log again: its last word counts. */
  void giveUp() {
    if (waiting) {
      waiting = false;
      unsent.remove().drop();
    }
  }

  /** The answer of one that the log was not given may change: it is not to be written. */
  boolean isFirstKnown() {
    LineAnswer first = outstanding.peek();
    return first != null && first != unsent.peek() && first.isKnown();
  }

  /** Writes those that are known. */
  void write(BodyWriter writer) {
    while (writer.isWritable() && isFirstKnown()) {
      List<byte[]> some = new ArrayList<>();
      int size = 0;
      while (size < PART_BYTES && isFirstKnown()) {
        LineAnswer answer = outstanding.remove();
        byte[] line = answer.line(meters);
        memory.give(answer.weight());
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
    waiting = false;
    unsent.forEach(LineAnswer::drop);
    unsent.clear();
    outstanding.clear();
  }
}
