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
 * Where there is no token to be had, and in receipts of earlier versions, the key is the id alone.
 *
 * <p>The partition is that of the id, whatever follows it: all receipts of an id are together, and
 * in the order of their keys.
 *
 * @param id the notification's
 * @param mark tells the tokens of an id apart; null where there is none
 * @param repeated whether it accounts for a repetition
 */
public record ReceiptKey(NotificationId id, @Nullable String mark, boolean repeated) {
  private static final char SEPARATOR = '/';
  private static final int ID_LENGTH = 36;
  private static final int MARK_BYTES = Long.BYTES;
  private static final int MARK_LENGTH = 2 * MARK_BYTES;
  private static final String REPEATED = SEPARATOR + "repeated";

  /** The key of what became of a notification; the id may be any text a provider wrote. */
  public static byte[] of(String id, @Nullable String token) {
    return bytes(token == null ? id : id + SEPARATOR + mark(token));
  }

  /** The key of what became of its repetition. */
  public static byte[] ofRepetition(String id, String token) {
    return bytes(id + SEPARATOR + mark(token) + REPEATED);
  }

  /** What tells this token apart from others in a key; it does not lead back to the token. */
  public static String mark(String token) {
    return HexFormat.of().toHexDigits(hash(token));
  }

  /** The first eight bytes of the token's SHA-256. */
  static long hash(String token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes(token));
      return java.nio.ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Where the receipts of an id are. */
  public static int partition(byte[] key, int partitions) {
    int end = 0;
    while (end < key.length && key[end] != SEPARATOR) {
      end++;
    }
    return Partitioning.partition(end == key.length ? key : Arrays.copyOf(key, end), partitions);
  }

  /** The first and the last key that receipts of this id can have, or of those from a mark on. */
  public static byte[] first(NotificationId id, @Nullable String fromMark) {
    return bytes(fromMark == null ? id.value() : id.value() + SEPARATOR + fromMark);
  }

  /** See {@link #first}. */
  public static byte[] last(NotificationId id) {
    return bytes(id.value() + SEPARATOR + '~');
  }

  /** Reads a key; empty for one that is not of an id of ours. */
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
