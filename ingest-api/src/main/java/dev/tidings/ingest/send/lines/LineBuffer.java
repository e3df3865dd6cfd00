package dev.tidings.ingest.send.lines;

import dev.tidings.http.body.SharedMemory;
import io.netty.buffer.ByteBuf;

/**
 * Cuts a body into lines as it arrives. Of a line that is too long nothing is kept; the one behind
 * it is found all the same. Confined to one event loop.
 */
final class LineBuffer {
  private static final byte[] NOTHING = {};
  private static final int STEP = 4 * 1024;

  private final int maxLine;
  private final SharedMemory.Part memory;
  private byte[] bytes = NOTHING;
  private int from;
  private int to;
  // Between from and here there is no end of a line.
  private int looked;
  private boolean dropping;
  private int lineFrom;
  private int lineTo;
  private boolean tooLong;

  /**
   * Creates an empty one.
   *
   * @param memory what is kept is taken from it
   */
  LineBuffer(int maxLine, SharedMemory.Part memory) {
    this.maxLine = maxLine;
    this.memory = memory;
  }

  /** Adds a part. Returns false if there is no memory for it. */
  boolean add(ByteBuf part) {
    int length = part.readableBytes();
    if (length == 0) {
      return true;
    }
    int kept = to - from;
    byte[] target = bytes;
    if (kept + length > bytes.length) {
      int size = (kept + length + STEP - 1) / STEP * STEP;
      if (!memory.take(size - bytes.length)) {
        return false;
      }
      target = new byte[size];
    }
    System.arraycopy(bytes, from, target, 0, kept);
    part.getBytes(part.readerIndex(), target, kept, length);
    bytes = target;
    looked -= from;
    from = 0;
    to = kept + length;
    return true;
  }

  /** Returns whether there is a line that is complete. */
  boolean hasNext() {
    while (looked < to) {
      if (bytes[looked] == '\n') {
        return true;
      }
      looked++;
    }
    forgetTooLong();
    return false;
  }

  /** Goes to the next line. Returns false if there is none that is complete. */
  boolean next() {
    if (!hasNext()) {
      return false;
    }
    line(looked);
    looked++;
    from = looked;
    return true;
  }

  /** Goes to what is left behind the last end of a line. Returns false if that is nothing. */
  boolean last() {
    if (isEmpty()) {
      return false;
    }
    line(to);
    from = to;
    looked = to;
    return true;
  }

  private void line(int end) {
    lineFrom = from;
    lineTo = end;
    if (lineTo > lineFrom && bytes[lineTo - 1] == '\r') {
      lineTo--;
    }
    tooLong = dropping || lineTo - lineFrom > maxLine;
    dropping = false;
  }

  /** Room for the carriage return, which is no part of the line. */
  private void forgetTooLong() {
    if (dropping || to - from > maxLine + 1) {
      dropping = true;
      from = to;
    }
    if (from == to) {
      release();
    }
  }

  /** Returns the array that the line is in. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns where the line begins. */
  int lineFrom() {
    return lineFrom;
  }

  /** Returns where the line ends, without the characters that end it. */
  int lineTo() {
    return lineTo;
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** Returns whether the line has nothing but white space. */
  boolean isBlank() {
    for (int i = lineFrom; i < lineTo; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t') {
        return false;
      }
    }
    return true;
  }

  /** Returns how many bytes are kept. */
  int size() {
    return to - from;
  }

  /** Returns whether nothing is left of a line, not even that it is too long. */
  boolean isEmpty() {
    return from == to && !dropping;
  }

  /** Forgets everything, except that a line is too long. */
  void release() {
    memory.give(bytes.length);
    bytes = NOTHING;
    from = 0;
    to = 0;
    looked = 0;
  }
}
