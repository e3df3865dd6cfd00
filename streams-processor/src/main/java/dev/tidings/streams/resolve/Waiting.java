package dev.tidings.streams.resolve;

import java.nio.ByteBuffer;
import org.apache.kafka.common.utils.Bytes;

/**
 * A notification whose token is unknown. In the store its key is the token ‖ its offset, its value
 * the time it began to wait ‖ its record's timestamp ‖ its record's value.
 *
 * @param since milliseconds since the epoch
 */
record Waiting(Bytes token, long offset, long since) {
  private static final int HEADER_BYTES = 2 * Long.BYTES;

  Bytes key() {
    byte[] bytes = token.get();
    return Bytes.wrap(
        ByteBuffer.allocate(bytes.length + Long.BYTES).put(bytes).putLong(offset).array());
  }

  /** What is kept of a record. */
  record Kept(long timestamp, byte[] value) {}

  byte[] value(long timestamp, byte[] record) {
    return ByteBuffer.allocate(HEADER_BYTES + record.length)
        .putLong(since)
        .putLong(timestamp)
        .put(record)
        .array();
  }

  static Kept kept(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    in.getLong();
    long timestamp = in.getLong();
    byte[] record = new byte[in.remaining()];
    in.get(record);
    return new Kept(timestamp, record);
  }

  static Waiting parse(Bytes key, byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(key.get());
    byte[] token = new byte[in.remaining() - Long.BYTES];
    in.get(token);
    return new Waiting(Bytes.wrap(token), in.getLong(), ByteBuffer.wrap(value).getLong());
  }
}
