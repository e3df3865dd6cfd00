package dev.tidings.streams.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.PushType;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Whether bytes may be a payload: one JSON object in UTF-8, not too long. Looks, never rebuilds.
 */
final class PayloadCheck {
  private static final int MAX_BYTES = 4096;
  private static final int MAX_VOIP_BYTES = 5120;

  private final JsonFactory json = new JsonFactory();

  /**
   * Returns if it is.
   *
   * @throws InvalidValueException if not
   */
  void check(ByteBuffer payload, PushType type) {
    int max = type == PushType.VOIP ? MAX_VOIP_BYTES : MAX_BYTES;
    if (payload.remaining() > max) {
      throw new InvalidValueException(
          "payload", payload.remaining() + " bytes", "at most " + max + " bytes");
    }
    if (!isUtf8Object(payload) || !isOneObject(payload)) {
      // What it is stays out of messages: it is nobody's business but the app's.
      throw new InvalidValueException(
          "payload", payload.remaining() + " bytes", "a JSON object in UTF-8");
    }
  }

  /** The parser would take UTF-16 and UTF-32 too: there a zero stands next to the brace. */
  private static boolean isUtf8Object(ByteBuffer payload) {
    for (int i = payload.position(); i < payload.limit(); i++) {
      byte b = payload.get(i);
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b == '{' && i + 1 < payload.limit() && payload.get(i + 1) != 0;
      }
    }
    return false;
  }

  private boolean isOneObject(ByteBuffer payload) {
    try (JsonParser in =
        json.createParser(
            payload.array(), payload.arrayOffset() + payload.position(), payload.remaining())) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      in.skipChildren();
      // A parser that runs out of bytes says so by a null and not by an exception.
      return in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
