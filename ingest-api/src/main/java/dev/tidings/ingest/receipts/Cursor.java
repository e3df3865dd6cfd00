package dev.tidings.ingest.receipts;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * Up to where a client has the receipts: which topic, and the offset of the next record of each of
 * its partitions. As text it is opaque to clients. Immutable, as long as nobody changes the array.
 *
 * @param topic Kafka's id of the topic: one that was made anew has another
 * @param next by partition
 */
public record Cursor(Uuid topic, long[] next) {
  private static final byte VERSION = 1;
  private static final int MAX_PARTITIONS = 4_096;
  private static final int MAX_VARLONG = 10;
  private static final int BITS = 7;
  private static final long LOW_BITS = 0x7f;
  private static final long MORE = 0x80;
  private static final int HEAD = 1 + 2 * Long.BYTES;
  private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

  /** Returns whether it is the same position. */
  public boolean isAt(Cursor other) {
    return topic.equals(other.topic) && Arrays.equals(next, other.next);
  }

  /** Returns it as text: letters, digits, {@code -} and {@code _}. */
  String text() {
    ByteBuffer bytes = ByteBuffer.allocate(HEAD + MAX_VARLONG * (next.length + 1));
    bytes
        .put(VERSION)
        .putLong(topic.getMostSignificantBits())
        .putLong(topic.getLeastSignificantBits());
    write(next.length, bytes);
    for (long offset : next) {
      write(offset, bytes);
    }
    bytes.flip();
    return new String(
        TO_TEXT.encode(Arrays.copyOf(bytes.array(), bytes.limit())), StandardCharsets.ISO_8859_1);
  }

  /** Writes seven bits in each byte, the lowest first; all but the last have the eighth set. */
  private static void write(long number, ByteBuffer to) {
    long left = number;
    while ((left & ~LOW_BITS) != 0) {
      to.put((byte) ((left & LOW_BITS) | MORE));
      left >>>= BITS;
    }
    to.put((byte) left);
  }

  /** Reads one; a negative number if it is too long. */
  private static long read(ByteBuffer from) {
    long number = 0;
    for (int shift = 0; shift < Long.SIZE; shift += BITS) {
      byte part = from.get();
      number |= (part & LOW_BITS) << shift;
      if ((part & MORE) == 0) {
        return number;
      }
    }
    return -1;
  }

  /** Reads one; empty if the text is none that we have written. */
  static Optional<Cursor> parse(String text) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.get() != VERSION) {
        return Optional.empty();
      }
      Uuid topic = new Uuid(bytes.getLong(), bytes.getLong());
      long partitions = read(bytes);
      if (partitions < 1 || partitions > MAX_PARTITIONS) {
        return Optional.empty();
      }
      long[] next = new long[(int) partitions];
      for (int i = 0; i < next.length; i++) {
        next[i] = read(bytes);
        if (next[i] < 0) {
          return Optional.empty();
        }
      }
      return bytes.hasRemaining() ? Optional.empty() : Optional.of(new Cursor(topic, next));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
