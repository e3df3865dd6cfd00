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
  private @Nullable LineAnswer waiting;

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

  /** The one added last waits for the log to have room. */
  void await(LineAnswer answer) {
    waiting = answer;
  }

  /** Returns the one that waits; null if none does. */
  @Nullable LineAnswer waiting() {
    return waiting;
  }

  /** Has the one that waits given to the log again. Returns false if there was no room. */
  boolean tryAgain(LineAnswer answer, SendDesk desk) {
    int before = answer.weight();
    if (!answer.append(desk)) {
      return false;
    }
    memory.give(before - answer.weight());
    waiting = null;
    return true;
  }

  /** The one that waits is not given to the log again: its last word counts. */
  void giveUp() {
    waiting = null;
  }

  /** The answer that is waited for may change: it is not to be written. */
  boolean isFirstKnown() {
    LineAnswer first = outstanding.peek();
    return first != null && first != waiting && first.isKnown();
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
    waiting = null;
    outstanding.clear();
  }
}
