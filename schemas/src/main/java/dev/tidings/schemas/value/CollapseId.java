package dev.tidings.schemas.value;

import java.nio.charset.StandardCharsets;

/**
 * Of the notifications of one app and device with the same collapse id, a newer one replaces an
 * older one: {@code apns-collapse-id}.
 *
 * @param value 1 to 64 bytes of UTF-8 that are {@linkplain PlainText plain text}
 */
public record CollapseId(String value) {
  public static final int MAX_BYTES = 64;

  public CollapseId {
    if (value.isEmpty()
        || value.length() > MAX_BYTES
        || value.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES
        || !PlainText.isPlain(value)) {
      throw new InvalidValueException(
          "collapse id",
          value,
          "1 to " + MAX_BYTES + " bytes of UTF-8, without controls and non-characters");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
