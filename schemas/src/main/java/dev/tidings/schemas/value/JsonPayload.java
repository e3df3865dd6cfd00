package dev.tidings.schemas.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells whether a payload is one JSON object in UTF-8, nested at most {@value #MAX_NESTING} deep.
 * It is read through, not built, and goes on byte for byte. Thread-safe.
 */
public final class JsonPayload {
  public static final int MAX_NESTING = 100;
  private static final int MAX_BYTES = 4096;
  private static final int MAX_VOIP_BYTES = 5120;

  private final JsonFactory json =
      JsonFactory.builder()
          // Names come from strangers: interned they would stay in the JVM.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
          .build();

  /** How long a payload may be, in bytes: Apple's limits. */
  public static int maxBytes(PushType type) {
    return type == PushType.VOIP ? MAX_VOIP_BYTES : MAX_BYTES;
  }

  /** Whether it is one; the buffer's position stays where it is. */
  public boolean isObject(ByteBuffer payload) {
    if (!payload.hasArray()) {
      byte[] copy = new byte[payload.remaining()];
      payload.get(payload.position(), copy);
      return isObject(copy, 0, copy.length);
    }
    return isObject(
        payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
  }

  /** Whether it is one. */
  public boolean isObject(byte[] payload) {
    return isObject(payload, 0, payload.length);
  }

  private boolean isObject(byte[] bytes, int offset, int length) {
    // The parser would also take UTF-16, UTF-32 and a byte order mark; RFC 8259 has none of them.
    if (length < 2 || bytes[offset] <= 0 || bytes[offset + 1] <= 0) {
      return false;
    }
    try (JsonParser parser = json.createParser(bytes, offset, length)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      // A parser that runs out of bytes says so by a null and not by an exception.
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
