package dev.tidings.node.window;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A period in which the offsets of a partition of {@code deliveries} are unique: a life. Offsets
 * are reused when the topic is recreated, its tail is lost, or a back-up is restored; parked
 * entries are identified by sequences, which are never reused: the life's number and the offset. In
 * the first life sequences equal offsets.
 *
 * @param number the number of earlier lives
 * @param topic Kafka's id of the topic; {@link Uuid#ZERO_UUID} if unknown
 * @param from the offset from which this life is read
 */
public record Life(int number, Uuid topic, long from) {
  private static final int OFFSET_BITS = 48;
  private static final int MAX_NUMBER = (1 << (Long.SIZE - 1 - OFFSET_BITS)) - 1;
  private static final long MAX_OFFSET = (1L << OFFSET_BITS) - 1;

  /** The greatest number that is believed of a record: whoever goes on from it has as many left. */
  private static final int MAX_BELIEVED = MAX_NUMBER / 2;

  private static final String VERSION = "1";

  public Life {
    if (number < 0 || number > MAX_NUMBER) {
      throw new IllegalArgumentException("life: " + number + " (expected: 0.." + MAX_NUMBER + ")");
    }
  }

  public static Life first(Uuid topic) {
    return new Life(0, topic, 0);
  }

  /** Returns the life after this one. There is none after the last: its number is used again. */
  public Life next(Uuid topicNow, long readFrom) {
    return new Life(Math.min(number + 1, MAX_NUMBER), topicNow, readFrom);
  }

  /** Returns whether no number is left: sequences are reused from here on. */
  public boolean isLast() {
    return number == MAX_NUMBER;
  }

  public long sequence(long offset) {
    return ((long) number << OFFSET_BITS) | offset;
  }

  /** Returns the number of the life that a sequence belongs to. */
  public static int numberOf(long sequence) {
    return (int) (sequence >>> OFFSET_BITS);
  }

  public static long offsetOf(long sequence) {
    return sequence & MAX_OFFSET;
  }

  /** Returns whether a topic of this id is certainly not this life's. */
  public boolean isOfAnother(Uuid id) {
    return !topic.equals(Uuid.ZERO_UUID) && !id.equals(Uuid.ZERO_UUID) && !topic.equals(id);
  }

  /** Returns the form stored in the log. */
  public byte[] bytes() {
    return String.join(" ", VERSION, Integer.toString(number), topic.toString(), from + "")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Parses the result of {@link #bytes}; null if it is something else, or absurd: others can write
   * to the log as well.
   */
  public static @Nullable Life of(byte @Nullable [] bytes) {
    String[] parts = (bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8)).split(" ", 5);
    try {
      if (parts.length < 4 || !parts[0].equals(VERSION)) {
        return null;
      }
      Life life =
          new Life(Integer.parseInt(parts[1]), Uuid.fromString(parts[2]), Long.parseLong(parts[3]));
      return life.isBelievable() ? life : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean isBelievable() {
    return number <= MAX_BELIEVED && from >= 0 && from <= MAX_OFFSET;
  }
}
