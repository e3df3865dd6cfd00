package dev.tidings.streams.broadcast;

import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The subscriber that a broadcast has come to. The topics that are read for it are read side by
 * side, in the order of their devices, so that each device is looked at once.
 *
 * @param device the last one that was looked at; null before the first
 */
record SubscriberCursor(@Nullable DeviceId device) implements Comparable<SubscriberCursor> {
  static final SubscriberCursor START = new SubscriberCursor(null);

  /** In the place where another version had the number of a topic: for that one, the start. */
  private static final byte ALL_TOPICS = -1;

  byte[] bytes() {
    byte[] last = device == null ? new byte[0] : device.key();
    return ByteBuffer.allocate(1 + last.length).put(ALL_TOPICS).put(last).array();
  }

  /** Reads a cursor; what is none is the start, from where everything is sent again. */
  static SubscriberCursor of(@Nullable ByteBuffer read) {
    if (read == null || read.remaining() < 2) {
      return START;
    }
    byte[] bytes = new byte[read.remaining()];
    read.duplicate().get(bytes);
    if (bytes[0] != ALL_TOPICS) {
      return START;
    }
    try {
      return new SubscriberCursor(DeviceId.ofKey(bytes, 1, bytes.length - 1));
    } catch (InvalidValueException e) {
      return START;
    }
  }

  /** Returns whether a device is still to come. */
  boolean isBefore(DeviceId other) {
    return compareTo(new SubscriberCursor(other)) < 0;
  }

  /** Compares two of one broadcast: the one that has come further is the greater. */
  @Override
  public int compareTo(SubscriberCursor other) {
    return Arrays.compareUnsigned(bytes(), other.bytes());
  }
}
