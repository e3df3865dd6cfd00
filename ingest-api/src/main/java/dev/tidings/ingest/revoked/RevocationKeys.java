package dev.tidings.ingest.revoked;

import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the table beside the tokens, and shorter than those: the position and the beginning
 * of each partition, and the following; and their values.
 */
final class RevocationKeys {
  /** When the table was last known to be at the end of the topic. */
  static final byte[] WRITTEN_AT = {'w'};

  /** Kafka's id of the topic. */
  static final byte[] TOPIC = {'t'};

  private RevocationKeys() {}

  /** The offset of the next record of a partition. */
  static byte[] position(int partition) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(partition).array();
  }

  /** The offset from which a partition is known. */
  static byte[] beginning(int partition) {
    return ByteBuffer.allocate(1 + Integer.BYTES).put((byte) 'b').putInt(partition).array();
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  /** Returns a number that was read; -1 if there is none. */
  static long number(byte @Nullable [] value) {
    return value == null ? -1 : ByteBuffer.wrap(value).getLong();
  }

  static byte[] id(Uuid topic) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(topic.getMostSignificantBits())
        .putLong(topic.getLeastSignificantBits())
        .array();
  }

  /** Returns an id that was read; {@link Uuid#ZERO_UUID} if there is none. */
  static Uuid id(byte @Nullable [] value) {
    if (value == null) {
      return Uuid.ZERO_UUID;
    }
    ByteBuffer id = ByteBuffer.wrap(value);
    return new Uuid(id.getLong(), id.getLong());
  }
}
