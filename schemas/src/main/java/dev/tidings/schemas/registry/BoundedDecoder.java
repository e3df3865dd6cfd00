package dev.tidings.schemas.registry;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro's binary encoding from a byte array. Avro's own decoder trusts the lengths in the
 * data, so it can spend memory and time on two billion entries that do not exist or take no bytes;
 * here everything is bounded by the bytes that exist. Not thread-safe.
 */
final class BoundedDecoder extends Decoder {
  private static final int LONG_BYTES_AT_MOST = 10;

  /** The number of entries and fields without bytes, such as nulls, that is allowed in addition. */
  private static final int FREE_OF_BYTES = 10_000;

  private byte[] bytes = new byte[0];
  private int position;
  private int end;
  private long budget;

  /** Starts reading other bytes. */
  void reset(byte[] from, int offset, int length) {
    bytes = from;
    position = offset;
    end = offset + length;
    budget = (long) length + FREE_OF_BYTES;
  }

  boolean isEnd() {
    return position == end;
  }

  private void spend(long count) throws IOException {
    if (count < 0 || count > budget) {
      throw new IOException("more entries than a record of this length can have");
    }
    budget -= count;
  }

  private int take(long length) throws IOException {
    if (length < 0 || length > end - position) {
      throw new EOFException("a length of " + length + ", " + (end - position) + " bytes left");
    }
    int from = position;
    position += (int) length;
    return from;
  }

  @Override
  public void readNull() throws IOException {
    spend(1);
  }

  @Override
  public boolean readBoolean() throws IOException {
    return bytes[take(1)] == 1;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new IOException("an int of " + value);
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long value = 0;
    for (int i = 0; i < LONG_BYTES_AT_MOST; i++) {
      byte next = bytes[take(1)];
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new IOException("a number without an end");
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat(
        Integer.reverseBytes(ByteBuffer.wrap(bytes, take(Float.BYTES), Float.BYTES).getInt()));
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(
        Long.reverseBytes(ByteBuffer.wrap(bytes, take(Double.BYTES), Double.BYTES).getLong()));
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    long length = readLong();
    return new String(bytes, take(length), (int) length, StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    long length = readLong();
    int from = take(length);
    byte[] copy = new byte[(int) length];
    System.arraycopy(bytes, from, copy, 0, copy.length);
    return ByteBuffer.wrap(copy);
  }

  @Override
  public void skipBytes() throws IOException {
    take(readLong());
  }

  @Override
  public void readFixed(byte[] into, int start, int length) throws IOException {
    System.arraycopy(bytes, take(length), into, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  /**
   * Returns the number of entries that follow, whether or not their length in bytes precedes them.
   */
  @Override
  public long readArrayStart() throws IOException {
    long count = readLong();
    if (count < 0) {
      readLong();
      count = -count;
    }
    spend(count);
    return count;
  }

  @Override
  public long arrayNext() throws IOException {
    return readArrayStart();
  }

  /** Skips blocks whose length is given; the caller must read the entries of any other block. */
  @Override
  public long skipArray() throws IOException {
    long count = readLong();
    while (count < 0) {
      take(readLong());
      count = readLong();
    }
    spend(count);
    return count;
  }

  @Override
  public long readMapStart() throws IOException {
    return readArrayStart();
  }

  @Override
  public long mapNext() throws IOException {
    return readArrayStart();
  }

  @Override
  public long skipMap() throws IOException {
    return skipArray();
  }
}
