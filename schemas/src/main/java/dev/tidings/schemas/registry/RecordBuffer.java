package dev.tidings.schemas.registry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes Avro's binary encoding into an array that is used again for each record. Avro's own
 * encoder writes into a stream, byte by byte and under a lock, which takes twice as long for
 * records that are mostly short texts. Not thread-safe.
 */
final class RecordBuffer extends BinaryEncoder {
  private static final int START_BYTES = 1024;
  private static final int LONG_BYTES_AT_MOST = 10;

  /** A record that is larger than this takes an array of its own. */
  private static final int KEPT_BYTES = 128 * 1024;

  private byte[] bytes = new byte[START_BYTES];
  private int position;

  /** Begins a record with these bytes. */
  void begin(byte[] header) {
    if (bytes.length > KEPT_BYTES) {
      bytes = new byte[START_BYTES];
    }
    position = 0;
    append(header, 0, header.length);
  }

  /** Returns a copy of what was written. */
  byte[] copy() {
    return Arrays.copyOf(bytes, position);
  }

  private void reserve(int more) {
    int needed = Math.addExact(position, more);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length + (bytes.length >> 1)));
    }
  }

  private void append(byte[] from, int start, int length) {
    reserve(length);
    System.arraycopy(from, start, bytes, position, length);
    position += length;
  }

  @Override
  public void writeBoolean(boolean value) {
    reserve(1);
    bytes[position++] = (byte) (value ? 1 : 0);
  }

  @Override
  public void writeInt(int value) {
    writeLong(value);
  }

  /** A zigzag number in groups of seven bits, the lowest first: that of an int is the same. */
  @Override
  public void writeLong(long value) {
    reserve(LONG_BYTES_AT_MOST);
    long rest = value << 1 ^ value >> 63;
    int at = position;
    while ((rest & ~0x7fL) != 0) {
      bytes[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[at++] = (byte) rest;
    position = at;
  }

  @Override
  public void writeFloat(float value) {
    writeLowestFirst(Float.floatToIntBits(value), Float.BYTES);
  }

  @Override
  public void writeDouble(double value) {
    writeLowestFirst(Double.doubleToLongBits(value), Double.BYTES);
  }

  private void writeLowestFirst(long bits, int length) {
    reserve(length);
    for (int i = 0; i < length; i++) {
      bytes[position++] = (byte) (bits >>> (Byte.SIZE * i));
    }
  }

  @Override
  public void writeString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    writeLong(utf8.length);
    append(utf8, 0, utf8.length);
  }

  @Override
  public void writeBytes(ByteBuffer value) {
    int length = value.remaining();
    writeLong(length);
    reserve(length);
    value.get(value.position(), bytes, position, length);
    position += length;
  }

  @Override
  public void writeBytes(byte[] value, int start, int length) {
    writeLong(length);
    append(value, start, length);
  }

  @Override
  public void writeFixed(byte[] value, int start, int length) {
    append(value, start, length);
  }

  @Override
  protected void writeZero() {
    reserve(1);
    bytes[position++] = 0;
  }

  @Override
  public int bytesBuffered() {
    return position;
  }

  @Override
  public void flush() {
    // Nothing is behind it.
  }
}
