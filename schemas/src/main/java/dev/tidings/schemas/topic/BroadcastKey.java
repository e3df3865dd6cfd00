package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The key of a record of {@code broadcasts}: {@code id/partition}, and behind it what kind of
 * record it is. The record is in the partition that the key names.
 */
public record BroadcastKey(NotificationId id, int partition, Kind kind) {
  private static final int ID_LENGTH = 36;
  private static final int MOST_DIGITS = 6;
  private static final char SEPARATOR = '/';

  /** The kinds of records about one broadcast. */
  public enum Kind {
    /** What is to be sent, and to whom. */
    REQUEST(""),
    /** How far the partition has come. */
    PROGRESS("+"),
    /** That it is to stop. */
    STOP("-");

    private final String mark;

    Kind(String mark) {
      this.mark = mark;
    }
  }

  /** Returns the key of another record about the same. */
  public BroadcastKey of(Kind other) {
    return new BroadcastKey(id, partition, other);
  }

  public byte[] bytes() {
    return (id.value() + SEPARATOR + partition + kind.mark).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns empty if the bytes are no such key. */
  public static Optional<BroadcastKey> parse(byte[] key) {
    String text = new String(key, StandardCharsets.ISO_8859_1);
    int digits = ID_LENGTH + 1;
    int end = digits;
    while (end < text.length() && end - digits < MOST_DIGITS && isDigit(text.charAt(end))) {
      end++;
    }
    if (end <= digits || text.charAt(ID_LENGTH) != SEPARATOR) {
      return Optional.empty();
    }
    String mark = text.substring(end);
    try {
      NotificationId id = new NotificationId(text.substring(0, ID_LENGTH));
      int partition = Integer.parseInt(text.substring(digits, end));
      return Arrays.stream(Kind.values())
          .filter(kind -> kind.mark.equals(mark))
          .findFirst()
          .map(kind -> new BroadcastKey(id, partition, kind))
          .filter(read -> Arrays.equals(read.bytes(), key));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
