package dev.tidings.ingest.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Optional;

/**
 * Tells whether a payload is one JSON object in UTF-8. It is read through, not built, and goes on
 * byte for byte. Thread-safe.
 */
public final class PayloadCheck {
  private static final int MAX_NESTING = 100;

  private final JsonFactory json =
      JsonFactory.builder()
          // Names come from strangers: interned they would stay in the JVM.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(MAX_NESTING).build())
          .build();

  /** Why a payload is rejected; empty if it is fine. */
  public Optional<RejectionReason> check(byte[] payload) {
    if (payload.length == 0) {
      return Optional.of(RejectionReason.PAYLOAD_EMPTY);
    }
    return isObject(payload) ? Optional.empty() : Optional.of(RejectionReason.BAD_PAYLOAD);
  }

  private boolean isObject(byte[] payload) {
    // The parser would also take UTF-16, UTF-32 and a byte order mark; RFC 8259 has none of them.
    if (payload.length < 2 || payload[0] <= 0 || payload[1] <= 0) {
      return false;
    }
    try (JsonParser parser = json.createParser(payload)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
