package dev.tidings.streams.resolve;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Bytes;

/**
 * A notification that waits because its token or its schema is unknown. In the store its key is the
 * token ‖ its offset (or what comes behind the others of its token), its value the time it began to
 * wait ‖ its record's timestamp, headers and value.
 *
 * @param since when its waiting began, in ms since the epoch; later than its arrival if it may wait
 *     longer
 * @param bytes the size of its value in the store; 0 before it is stored
 */
record Waiting(Bytes token, long offset, long since, int bytes) {
  private static final int HEADER_BYTES = 2 * Long.BYTES;

  /**
   * A flag in the first number: records of an earlier version have neither the flag nor headers.
   */
  private static final long WITH_HEADERS = Long.MIN_VALUE;

  Waiting(Bytes token, long offset, long since) {
    this(token, offset, since, 0);
  }

  /** Returns the same with its size in the store. */
  Waiting stored(int size) {
    return new Waiting(token, offset, since, size);
  }

  /** Returns the same with another begin of its wait. */
  Waiting from(long later) {
    return new Waiting(token, offset, later, bytes);
  }

  Bytes key() {
    byte[] bytes = token.get();
    return Bytes.wrap(
        ByteBuffer.allocate(bytes.length + Long.BYTES).put(bytes).putLong(offset).array());
  }

  /** The stored parts of a record. */
  record Kept(long timestamp, Headers headers, byte[] value) {
    /** Whether it is this record, apart from headers. */
    boolean isOf(long time, byte[] record) {
      return timestamp == time && Arrays.equals(value, record);
    }
  }

  byte[] value(long timestamp, Headers headers, byte[] record) {
    byte[] kept = KeptHeaders.write(headers);
    return ByteBuffer.allocate(HEADER_BYTES + Integer.BYTES + kept.length + record.length)
        .putLong(since | WITH_HEADERS)
        .putLong(timestamp)
        .putInt(kept.length)
        .put(kept)
        .put(record)
        .array();
  }

  static Kept kept(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    boolean withHeaders = in.getLong() < 0;
    long timestamp = in.getLong();
    byte[] headers = new byte[withHeaders ? in.getInt() : 0];
    in.get(headers);
    byte[] record = new byte[in.remaining()];
    in.get(record);
    return new Kept(timestamp, KeptHeaders.read(headers), record);
  }

  /**
   * Returns whether key and value have the form of a waiting notification: any client with write
   * access to Kafka can write to the store's topic.
   */
  static boolean isOne(Bytes key, byte[] value) {
    if (key.get().length < Long.BYTES || value.length < HEADER_BYTES) {
      return false;
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    boolean withHeaders = in.getLong() < 0;
    if (in.getLong() < 0) {
      // No record may have this timestamp: it could not even be written to the dead letters.
      return false;
    }
    if (!withHeaders) {
      return true;
    }
    if (in.remaining() < Integer.BYTES) {
      return false;
    }
    int headers = in.getInt();
    return headers >= 0 && headers <= in.remaining();
  }

  static Waiting parse(Bytes key, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(key.get());
    byte[] token = new byte[in.remaining() - Long.BYTES];
    in.get(token);
    return new Waiting(
        Bytes.wrap(token),
        in.getLong(),
        ByteBuffer.wrap(value).getLong() & ~WITH_HEADERS,
        value.length);
  }
}
