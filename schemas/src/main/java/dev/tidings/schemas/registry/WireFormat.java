package dev.tidings.schemas.registry;

import dev.tidings.schemas.registry.client.UnreadableRecordException;

/** The five bytes before every value: 0, then the schema's id, big-endian. */
final class WireFormat {
  static final byte MAGIC = 0;
  static final int HEADER_BYTES = 5;

  private WireFormat() {}

  static int schemaId(byte[] record) {
    if (record.length < HEADER_BYTES) {
      throw new UnreadableRecordException(
          "record of " + record.length + " bytes (expected: at least " + HEADER_BYTES + ")");
    }
    if (record[0] != MAGIC) {
      throw new UnreadableRecordException(
          "first byte: " + (record[0] & 0xff) + " (expected: 0, the Confluent wire format)");
    }
    int id =
        (record[1] & 0xff) << 24
            | (record[2] & 0xff) << 16
            | (record[3] & 0xff) << 8
            | (record[4] & 0xff);
    if (id < 0) {
      // An invalid id is not requested: a registry that answers with a server error would cause
      // retries.
      throw new UnreadableRecordException("schema id: " + id + " (expected: >= 0)");
    }
    return id;
  }

  static byte[] header(int schemaId) {
    return new byte[] {
      MAGIC,
      (byte) (schemaId >>> 24),
      (byte) (schemaId >>> 16),
      (byte) (schemaId >>> 8),
      (byte) schemaId
    };
  }
}
