package dev.tidings.schemas.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;

/**
 * Checks whether a payload is one JSON object in UTF-8, nested at most {@value #MAX_NESTING} deep.
 * The payload is scanned, not parsed into objects, and forwarded unchanged. Thread-safe.
 */
public final class JsonPayload {
  public static final int MAX_NESTING = JsonScan.MAX_NESTING;

  /** The maximum length of what is sent to a channel, in bytes. */
  public static final int MAX_CHANNEL_BYTES = 5120;

  private static final int MAX_BYTES = 4096;
  private static final int MAX_VOIP_BYTES = 5120;

  /**
   * Fields that a background push must not have, according to Apple: the user must not notice it.
   */
  private static final Set<String> NOTICEABLE = Set.of("alert", "sound", "badge");

  private final JsonFactory json =
      JsonFactory.builder()
          // Field names come from outside: if interned, they would stay in the JVM.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNumberLength(MAX_VOIP_BYTES)
                  .build())
          .build();

  /** Returns the maximum length of a payload, in bytes: Apple's limits. */
  public static int maxBytes(PushType type) {
    return type == PushType.VOIP ? MAX_VOIP_BYTES : MAX_BYTES;
  }

  /** Returns whether the payload is a JSON object; the buffer's position does not change. */
  public boolean isObject(ByteBuffer payload) {
    if (!payload.hasArray()) {
      byte[] copy = new byte[payload.remaining()];
      payload.get(payload.position(), copy);
      return isObject(copy);
    }
    int start = payload.arrayOffset() + payload.position();
    return new JsonScan(payload.array(), start, payload.remaining()).isObject();
  }

  /** Returns whether the payload is a JSON object. */
  public boolean isObject(byte[] payload) {
    return new JsonScan(payload, 0, payload.length).isObject();
  }

  /**
   * Returns whether the object contains fields that its push type excludes: an alert, a sound or a
   * badge in a background push.
   */
  public boolean contradicts(byte[] payload, PushType type) {
    if (type != PushType.BACKGROUND) {
      return false;
    }
    try (JsonParser parser = json.createParser(payload)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean aps = parser.currentName().equals("aps");
        if (parser.nextToken() == JsonToken.START_OBJECT && aps) {
          if (isNoticeable(parser)) {
            return true;
          }
        } else {
          parser.skipChildren();
        }
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isNoticeable(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean named = NOTICEABLE.contains(parser.currentName());
      if (parser.nextToken() != JsonToken.VALUE_NULL && named) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }
}
