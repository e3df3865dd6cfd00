package dev.tidings.schemas.topic;

import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
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
 * <p>What the device tells of it is under {@code ~id/mark/displayed} and {@code ~id/mark/opened}:
 * behind all receipts, because a device may write ids that it makes up, and they would have to be
 * read to find the receipts between them. {@code ~id/mark/withdrawn} is there too: what became of
 * telling the device that the notification was withdrawn.
 *
 * <p>The partition is that of the id, whatever is around it: all receipts of an id are together,
 * and in the order of their keys.
 *
 * @param id the notification's id
 * @param mark distinguishes the tokens of an id; null if there is none
 * @param kind what the receipt is about
 */
public record ReceiptKey(NotificationId id, @Nullable String mark, Kind kind) {
  private static final char SEPARATOR = '/';
  private static final char REPORT = '~';
  private static final Kind[] KINDS = Kind.values();
  private static final MessageDigest SHA_256 = sha256();
  private static final int ID_LENGTH = 36;
  private static final int MARK_LENGTH = 2 * Long.BYTES;
  private static final byte[] DIGITS = bytes("0123456789abcdef");

  /** What a receipt is about. */
  public enum Kind {
    /** The notification. */
    FIRST(""),
    /** That it came once more. */
    REPEATED(SEPARATOR + "repeated"),
    /** That its device has shown it. */
    DISPLAYED(SEPARATOR + "displayed"),
    /** That its user has opened it. */
    OPENED(SEPARATOR + "opened"),
    /** What became of telling the device that it was withdrawn. */
    WITHDRAWN(SEPARATOR + "withdrawn");

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  /** Returns whether the receipt is that of a repetition. */
  public boolean repeated() {
    return kind == Kind.REPEATED;
  }

  /** Returns whether it is what the device tells, or is told. */
  public boolean isReport() {
    return kind == Kind.DISPLAYED || kind == Kind.OPENED || kind == Kind.WITHDRAWN;
  }

  /** Returns whether the receipt only adds to another one, of the same id and token. */
  public boolean isBeside() {
    return kind != Kind.FIRST;
  }

  /**
   * Returns the key of the receipt of a notification; the id may be any text that a provider wrote.
   */
  public static byte[] of(String id, @Nullable String token) {
    byte[] of = bytes(id);
    if (token == null) {
      return of;
    }
    // Each notification has one: written without the texts that it is put together of.
    byte[] key = Arrays.copyOf(of, of.length + 1 + MARK_LENGTH);
    int at = of.length;
    key[at++] = SEPARATOR;
    long mark = hash(token);
    for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
      key[at++] = DIGITS[(int) (mark >>> shift) & 0xf];
    }
    return key;
  }

  /** Returns the key of the receipt of its repetition. */
  public static byte[] ofRepetition(String id, String token) {
    return bytes(id + SEPARATOR + mark(token) + Kind.REPEATED.suffix);
  }

  /**
   * Returns the key of what the device tells of it, or is told.
   *
   * @param step {@code DISPLAYED}, {@code OPENED} or {@code WITHDRAWN}
   */
  public static byte[] ofReport(String id, String token, StepName step) {
    return bytes(REPORT + id + SEPARATOR + mark(token) + Kind.valueOf(step.name()).suffix);
  }

  /** Returns the mark of a token in a key, from which the token cannot be derived. */
  public static String mark(String token) {
    return HexFormat.of().toHexDigits(hash(token));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /** Returns the first eight bytes of the token's SHA-256, which are its mark. */
  public static long hash(String token) {
    try {
      // A copy of an unused one takes a fraction of the time of a look-up among the providers.
      MessageDigest digest = (MessageDigest) SHA_256.clone();
      return ByteBuffer.wrap(digest.digest(bytes(token))).getLong();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's own SHA-256 can be copied", e);
    }
  }

  /**
   * Describes a receipt's notification for a log: a provider over Kafka may write ids that would
   * break its lines.
   */
  public static String notification(byte[] key) {
    return parse(key)
        .map(parsed -> "notification " + parsed.id())
        .orElse("a notification whose id is not a UUID");
  }

  /** Returns the partition of the receipts of an id. */
  public static int partition(byte[] key, int partitions) {
    if (key.length > 0 && key[0] == REPORT) {
      Optional<ReceiptKey> report = parse(key);
      if (report.isPresent()) {
        return Partitioning.partition(report.get().id().key(), partitions);
      }
    }
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

  /** Returns the lowest key that what a device tells of this id and token can have. */
  public static byte[] firstReport(NotificationId id, String mark) {
    return bytes(REPORT + id.value() + SEPARATOR + mark);
  }

  /** Returns the highest key that what a device tells of this id and token can have. */
  public static byte[] lastReport(NotificationId id, String mark) {
    return bytes(REPORT + id.value() + SEPARATOR + mark + SEPARATOR + '~');
  }

  /** Returns the key of a notification to one token. */
  public static ReceiptKey of(NotificationId id, Token token) {
    return new ReceiptKey(id, mark(token.hex()), Kind.FIRST);
  }

  /** Returns it as it is written. */
  public byte[] bytes() {
    return bytes(text());
  }

  /** Returns its text. */
  public String text() {
    return (isReport() ? "" + REPORT : "")
        + id.value()
        + (mark == null ? "" : SEPARATOR + mark)
        + kind.suffix;
  }

  /** Parses a key; empty if its id or its mark is not in our form. */
  public static Optional<ReceiptKey> parse(byte[] key) {
    // Nearly all are of this form.
    if (key.length == ID_LENGTH + 1 + MARK_LENGTH && key[ID_LENGTH] == SEPARATOR) {
      return parse(
          new String(key, 0, ID_LENGTH, StandardCharsets.ISO_8859_1),
          new String(key, ID_LENGTH + 1, MARK_LENGTH, StandardCharsets.ISO_8859_1),
          Kind.FIRST);
    }
    String text = new String(key, StandardCharsets.ISO_8859_1);
    boolean report = !text.isEmpty() && text.charAt(0) == REPORT;
    return report
        ? parse(text.substring(1)).filter(ReceiptKey::isReport)
        : parse(text).filter(parsed -> !parsed.isReport());
  }

  private static Optional<ReceiptKey> parse(String text) {
    int marked = ID_LENGTH + 1 + MARK_LENGTH;
    Kind kind = Kind.FIRST;
    for (Kind each : KINDS) {
      if (each != Kind.FIRST
          && text.length() == marked + each.suffix.length()
          && text.endsWith(each.suffix)) {
        kind = each;
      }
    }
    if (text.length() != ID_LENGTH
        && !((text.length() == marked || kind != Kind.FIRST)
            && text.charAt(ID_LENGTH) == SEPARATOR)) {
      return Optional.empty();
    }
    return parse(
        text.substring(0, ID_LENGTH),
        text.length() == ID_LENGTH ? null : text.substring(ID_LENGTH + 1, marked),
        kind);
  }

  private static Optional<ReceiptKey> parse(String id, @Nullable String mark, Kind kind) {
    try {
      ReceiptKey key = new ReceiptKey(new NotificationId(id), mark, kind);
      return mark == null || isMark(mark) ? Optional.of(key) : Optional.empty();
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /** A provider may write ids with anything behind them. */
  private static boolean isMark(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return text.length() == MARK_LENGTH;
  }

  /**
   * Returns whether the key of an id, without a token, can be taken for that of another
   * notification, or of what a device tells of one: ids that providers write may be any text.
   */
  public static boolean isMistakable(String id) {
    return id.indexOf(SEPARATOR) >= 0 || id.indexOf(REPORT) == 0;
  }

  private static byte[] bytes(String text) {
    return Utils.utf8(text);
  }
}
