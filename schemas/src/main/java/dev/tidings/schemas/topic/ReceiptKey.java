package dev.tidings.schemas.topic;

import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * The key of a receipt: {@code id/mark}, where the mark is 16 hexadecimal characters of the token's
 * hash, since one id may be used for many tokens. A notification that was accepted a second time
 * has its receipt under {@code id/mark/repeated}, so that it does not replace the first one's.
 * Without a known token, and in receipts of earlier versions, the key is the id alone.
 *
 * <p>The partition is that of the id, whatever follows it: all receipts of an id are together, and
 * in the order of their keys.
 *
 * @param id the notification's id
 * @param mark distinguishes the tokens of an id; null if there is none
 * @param repeated whether the receipt is that of a repetition
 */
public record ReceiptKey(NotificationId id, @Nullable String mark, boolean repeated) {
  private static final char SEPARATOR = '/';
  private static final int ID_LENGTH = 36;
  private static final int MARK_BYTES = Long.BYTES;
  private static final int MARK_LENGTH = 2 * MARK_BYTES;
  private static final String REPEATED = SEPARATOR + "repeated";

  /**
   * Returns the key of the receipt of a notification; the id may be any text that a provider wrote.
   */
  public static byte[] of(String id, @Nullable String token) {
    return bytes(token == null ? id : id + SEPARATOR + mark(token));
  }

  /** Returns the key of the receipt of its repetition. */
  public static byte[] ofRepetition(String id, String token) {
    return bytes(id + SEPARATOR + mark(token) + REPEATED);
  }

  /** Returns the mark of a token in a key, from which the token cannot be derived. */
  public static String mark(String token) {
    return HexFormat.of().toHexDigits(hash(token));
  }

  /** Returns the first eight bytes of the token's SHA-256. */
  static long hash(String token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes(token));
      return java.nio.ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Returns the partition of the receipts of an id. */
  public static int partition(byte[] key, int partitions) {
    int end = 0;
    while (end < key.length && key[end] != SEPARATOR) {
      end++;
    }
    return Partitioning.partition(end == key.length ? key : Arrays.copyOf(key, end), partitions);
  }

  /** Returns the lowest key that a receipt of this id can have, or one from a mark on. */
  public static byte[] first(NotificationId id, @Nullable String fromMark) {
    return bytes(fromMark == null ? id.value() : id.value() + SEPARATOR + fromMark);
  }

  /** Returns the highest key that a receipt of this id can have. */
  public static byte[] last(NotificationId id) {
    return bytes(id.value() + SEPARATOR + '~');
  }

  /** Parses a key; empty if its id is not in our form. */
  public static Optional<ReceiptKey> parse(byte[] key) {
    String text = new String(key, StandardCharsets.ISO_8859_1);
    int marked = ID_LENGTH + 1 + MARK_LENGTH;
    boolean repeated = text.length() == marked + REPEATED.length() && text.endsWith(REPEATED);
    if (text.length() != ID_LENGTH
        && !((text.length() == marked || repeated) && text.charAt(ID_LENGTH) == SEPARATOR)) {
      return Optional.empty();
    }
    try {
      NotificationId id = new NotificationId(text.substring(0, ID_LENGTH));
      String mark = text.length() == ID_LENGTH ? null : text.substring(ID_LENGTH + 1, marked);
      return Optional.of(new ReceiptKey(id, mark, repeated));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(String text) {
    return Utils.utf8(text);
  }
}
