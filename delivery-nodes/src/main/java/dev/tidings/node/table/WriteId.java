package dev.tidings.node.table;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Identifies one write of one process among all others; carried in a header of its record. */
record WriteId(long process, long number) {
  private static final String HEADER = "w";
  private static final int BYTES = 2 * Long.BYTES;

  static long newProcess() {
    return UUID.randomUUID().getMostSignificantBits();
  }

  /** Returns whether it is of the same process as another one, and no earlier. */
  boolean isSince(WriteId other) {
    return process == other.process && number >= other.number;
  }

  Header header() {
    return new RecordHeader(HEADER, bytes().array());
  }

  /**
   * Returns the key of a record without effect. It cannot be a device's key, whose length is never
   * 0.
   */
  byte[] fenceKey() {
    return ByteBuffer.allocate(Short.BYTES + BYTES).putShort((short) 0).put(bytes()).array();
  }

  static boolean isFenceKey(byte[] key) {
    return key.length == Short.BYTES + BYTES && key[0] == 0 && key[1] == 0;
  }

  private ByteBuffer bytes() {
    return ByteBuffer.allocate(BYTES).putLong(process).putLong(number).flip();
  }

  static @Nullable WriteId of(Headers headers) {
    @Nullable Header header = headers.lastHeader(HEADER);
    byte @Nullable [] value = header == null ? null : header.value();
    if (value == null || value.length != BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    return new WriteId(in.getLong(), in.getLong());
  }
}
