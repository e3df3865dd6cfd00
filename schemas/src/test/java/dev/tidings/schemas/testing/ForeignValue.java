package dev.tidings.schemas.testing;

import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.registry.AvroSerializer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;

/** What another program may write as a value where a record of one of our schemas is expected. */
public enum ForeignValue {
  EMPTY,
  ONE_BYTE,
  UNKNOWN_MAGIC,
  NEGATIVE_SCHEMA_ID,
  UNKNOWN_SCHEMA_ID,
  OF_ANOTHER_SUBJECT,
  CUT_OFF,
  WITH_MORE_BEHIND,
  A_MEGABYTE_OF_GARBAGE,
  A_MEGABYTE_OF_GARBAGE_OF_THE_SCHEMA;

  private static final int HEADER_BYTES = 5;
  private static final int MEGABYTE = 1_000_000;

  /** Returns whether only the registry can tell that it is none. */
  public boolean isOfUnknownSchema() {
    return this == UNKNOWN_SCHEMA_ID;
  }

  /**
   * Returns the bytes.
   *
   * @param valid a value that is expected there
   */
  public byte[] bytes(byte[] valid, AvroSerializer<SpecificRecord> serializer) {
    return switch (this) {
      case EMPTY -> new byte[0];
      case ONE_BYTE -> new byte[1];
      case UNKNOWN_MAGIC -> changed(valid.clone(), 0, 1);
      case NEGATIVE_SCHEMA_ID -> changed(valid.clone(), 1, -1);
      case UNKNOWN_SCHEMA_ID -> ByteBuffer.wrap(valid.clone()).putInt(1, 4_711).array();
      case OF_ANOTHER_SUBJECT -> serializer.serialize("another", new App("team"));
      case CUT_OFF -> Arrays.copyOf(valid, valid.length - 1);
      case WITH_MORE_BEHIND -> Arrays.copyOf(valid, valid.length + 1);
      case A_MEGABYTE_OF_GARBAGE -> changed(garbage(), 0, 7);
      case A_MEGABYTE_OF_GARBAGE_OF_THE_SCHEMA -> {
        byte[] garbage = garbage();
        System.arraycopy(valid, 0, garbage, 0, HEADER_BYTES);
        yield garbage;
      }
    };
  }

  private static byte[] garbage() {
    byte[] garbage = new byte[MEGABYTE];
    new Random(1).nextBytes(garbage);
    return garbage;
  }

  private static byte[] changed(byte[] bytes, int place, int value) {
    bytes[place] = (byte) value;
    return bytes;
  }
}
