package dev.tidings.ingest.apns.request;

import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Parses the headers that do not depend on others, each with its own rejection reason. */
public final class HeaderValues {
  private static final int MAX_EXPIRATION_DIGITS = 15;

  private HeaderValues() {}

  /**
   * Parses seconds since the epoch (milliseconds in the log); 0 means one attempt, absent means no
   * end. What has passed means one attempt too: otherwise a 200 could reach nobody.
   */
  public static Expiration expiration(@Nullable String seconds, long nowMillis)
      throws RejectedException {
    if (seconds == null) {
      return Expiration.NEVER;
    }
    if (seconds.isEmpty() || seconds.length() > MAX_EXPIRATION_DIGITS) {
      throw new RejectedException(RejectionReason.BAD_EXPIRATION_DATE);
    }
    long value = 0;
    for (int i = 0; i < seconds.length(); i++) {
      char c = seconds.charAt(i);
      if (c < '0' || c > '9') {
        throw new RejectedException(RejectionReason.BAD_EXPIRATION_DATE);
      }
      value = 10 * value + (c - '0');
    }
    return 1000 * value <= nowMillis ? Expiration.ONCE : new Expiration(1000 * value);
  }

  /** Parses the priority; null if the header is absent. */
  public static @Nullable Priority priority(@Nullable String text) throws RejectedException {
    return switch (text) {
      case null -> null;
      case "10" -> Priority.IMMEDIATE;
      case "5" -> Priority.CONSERVE_POWER;
      case "1" -> Priority.LOW;
      default -> throw new RejectedException(RejectionReason.BAD_PRIORITY);
    };
  }

  /**
   * Returns the priority. According to Apple a background push must have priority 5, so 5 is its
   * default.
   */
  public static Priority priority(@Nullable Priority said, @Nullable PushType type)
      throws RejectedException {
    if (type != PushType.BACKGROUND) {
      return said == null ? Priority.IMMEDIATE : said;
    }
    if (said != null && said != Priority.CONSERVE_POWER) {
      throw new RejectedException(RejectionReason.BAD_PRIORITY);
    }
    return Priority.CONSERVE_POWER;
  }

  static @Nullable CollapseId collapseId(@Nullable String text) throws RejectedException {
    if (text == null) {
      return null;
    }
    try {
      return new CollapseId(utf8(text));
    } catch (InvalidValueException | CharacterCodingException e) {
      throw new RejectedException(RejectionReason.BAD_COLLAPSE_ID);
    }
  }

  /** Decodes a header value as UTF-8; the HTTP codec gives each byte as one character. */
  private static String utf8(String bytes) throws CharacterCodingException {
    boolean ascii = true;
    for (int i = 0; i < bytes.length(); i++) {
      ascii &= bytes.charAt(i) < 0x80;
    }
    return ascii
        ? bytes
        : StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1)))
            .toString();
  }

  /** Returns the push type; null if the header is absent. */
  public static @Nullable PushType pushType(@Nullable String text) throws RejectedException {
    try {
      return text == null ? null : PushType.of(text);
    } catch (InvalidValueException e) {
      throw new RejectedException(RejectionReason.INVALID_PUSH_TYPE);
    }
  }
}
