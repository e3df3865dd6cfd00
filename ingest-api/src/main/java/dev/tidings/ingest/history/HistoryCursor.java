package dev.tidings.ingest.history;

import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.schemas.value.InvalidValueException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * The place behind which a page begins. It is the same in every partition, and rows keep theirs: so
 * it is good for as long as anybody likes, at every node. As text it is opaque to clients, and good
 * for one question alone. Immutable, as long as nobody changes the array.
 */
record HistoryCursor(byte[] place) {
  private static final byte VERSION = 1;
  private static final int HEAD = 1 + Integer.BYTES;

  /**
   * Returns it as text: letters, digits, {@code -} and {@code _}.
   *
   * @param subject what is asked for
   */
  String text(String subject) {
    byte[] bytes =
        ByteBuffer.allocate(HEAD + place.length)
            .put(VERSION)
            .putInt(sum(subject))
            .put(place)
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Reads one.
   *
   * @throws InvalidValueException if it is none, or of another question
   */
  static HistoryCursor parse(String text, String subject) {
    byte[] bytes = decoded(text);
    byte[] place =
        bytes.length > HEAD ? Arrays.copyOfRange(bytes, HEAD, bytes.length) : new byte[0];
    if (!IndexKey.isPlace(place)
        || bytes[0] != VERSION
        || ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt() != sum(subject)) {
      throw new InvalidValueException(
          "cursor", text, "that of the next page of a page of the same question");
    }
    return new HistoryCursor(place);
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  private static int sum(String subject) {
    CRC32C sum = new CRC32C();
    sum.update(subject.getBytes(StandardCharsets.UTF_8));
    return (int) sum.getValue();
  }
}
