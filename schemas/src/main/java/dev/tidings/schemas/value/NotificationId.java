package dev.tidings.schemas.value;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/**
 * The id of a notification, the same on every redelivery; APNs calls it {@code apns-id}.
 *
 * @param value a UUID in its canonical form, 8-4-4-4-12 lower-case hexadecimal characters
 */
public record NotificationId(String value) {
  private static final int LENGTH = 36;

  public NotificationId {
    if (!isCanonical(value)) {
      throw new InvalidValueException(
          "notification id", value, "a UUID, 8-4-4-4-12 lower-case hexadecimal characters");
    }
  }

  public static NotificationId random() {
    return new NotificationId(UUID.randomUUID().toString());
  }

  /**
   * Returns a new id that sorts after those of earlier milliseconds: a UUID of version 7 (RFC 9562,
   * 5.7), of which 74 bits are random. A table whose keys arrive nearly in order costs much less to
   * maintain than one with random keys.
   *
   * @param millis the time, since the epoch
   */
  public static NotificationId at(long millis) {
    UUID random = UUID.randomUUID();
    long fraction = random.getMostSignificantBits() & 0xFFF;
    long most = millis << 16 | 0x7000 | fraction;
    return new NotificationId(new UUID(most, random.getLeastSignificantBits()).toString());
  }

  /**
   * Parses an id; accepts upper-case digits, which APNs clients send, and blanks or line ends
   * around them.
   */
  public static NotificationId parse(String text) {
    return text.length() == LENGTH && !Token.hasUpperCase(text)
        ? new NotificationId(text)
        : new NotificationId(text.strip().toLowerCase(Locale.ROOT));
  }

  /** Returns the id as the key of a record in the log. */
  public byte[] key() {
    return value.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isCanonical(String value) {
    if (value.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = value.charAt(i);
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      if (hyphen ? c != '-' : !Token.isDigit(c)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }

  /**
   * What stands for an id in a delivery that takes a notification back: {@code withdraw-} and the
   * id of the notification. A device is sent it in the place of an id, and can tell it from any,
   * since an id is a UUID; so can a node of a version that knows no withdrawals, which refuses the
   * record instead of showing it.
   *
   * @param withdrawn the notification
   */
  public record WithdrawalId(NotificationId withdrawn) {
    private static final String PREFIX = "withdraw-";

    /** Returns whether what stands for an id says that it is a withdrawal. */
    public static boolean isOne(String id) {
      return id.startsWith(PREFIX);
    }

    /**
     * Parses what stands for an id.
     *
     * @throws InvalidValueException if it is not that of a withdrawal
     */
    public static WithdrawalId parse(String id) {
      if (!isOne(id)) {
        throw new InvalidValueException("withdrawal", id, PREFIX + " and a notification id");
      }
      return new WithdrawalId(new NotificationId(id.substring(PREFIX.length())));
    }

    /** Returns what stands for the id of a notification's withdrawal, whatever that id is. */
    public static String of(String notification) {
      return PREFIX + notification;
    }

    /** Returns it as it stands in a delivery. */
    public String text() {
      return of(withdrawn.value());
    }

    /** Returns what the device is sent: {@code {"withdraw":"…"}}, with the notification's id. */
    public ByteBuffer payload() {
      return ByteBuffer.wrap(
          ("{\"withdraw\":\"" + withdrawn.value() + "\"}").getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
      return text();
    }
  }
}
