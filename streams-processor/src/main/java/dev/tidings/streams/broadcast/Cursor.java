package dev.tidings.streams.broadcast;

import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subscriber that a broadcast has come to.
 *
 * @param source which of the topics that are read for it
 * @param device the last one of that topic; null before the first
 */
record Cursor(int source, @Nullable DeviceId device) implements Comparable<Cursor> {
  static final Cursor START = new Cursor(0, null);

  byte[] bytes() {
    byte[] last = device == null ? new byte[0] : device.key();
    return ByteBuffer.allocate(1 + last.length).put((byte) source).put(last).array();
  }

  /** Reads a cursor; what is none is the start, from where everything is sent again. */
  static Cursor of(@Nullable ByteBuffer read) {
    if (read == null || !read.hasRemaining()) {
      return START;
    }
    byte[] bytes = new byte[read.remaining()];
    read.duplicate().get(bytes);
    if (bytes[0] < 0) {
      return START;
    }
    try {
      return new Cursor(
          bytes[0], bytes.length == 1 ? null : DeviceId.ofKey(bytes, 1, bytes.length - 1));
    } catch (InvalidValueException e) {
      return START;
    }
  }

  /** Compares two of one broadcast: the one that has come further is the greater. */
  @Override
  public int compareTo(Cursor other) {
    return Arrays.compareUnsigned(bytes(), other.bytes());
  }
}
