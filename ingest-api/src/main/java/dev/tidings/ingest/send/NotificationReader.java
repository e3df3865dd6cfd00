package dev.tidings.ingest.send;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.tidings.schemas.value.JsonPayload;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one notification, a JSON object, from bytes. It is strict: what two readers could take for
 * two things is refused, and a member that is not known too. The payload is cut out of the bytes
 * and not written anew. Thread-safe.
 */
public final class NotificationReader {
  /** The most that one notification may have, with all its members: more than any of them needs. */
  public static final int MAX_BYTES = 16 * 1024;

  private static final String BODY = "body";
  private static final String EXPECTED =
      "one JSON object in UTF-8, no member twice, nested at most "
          + JsonPayload.MAX_NESTING
          + " deep";
  private static final FieldError TOO_LARGE =
      new FieldError(BODY, "more than " + MAX_BYTES + " bytes", "at most " + MAX_BYTES + " bytes");

  /** Refuses what is there twice. Names come from outside: they are not interned. */
  public static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(JsonPayload.MAX_NESTING)
                  .maxNumberLength(MAX_BYTES)
                  .build())
          .build();

  private final JsonPayload payloads;
  private final InstantSource clock;

  /**
   * Creates a reader.
   *
   * @param clock the time from which a time to live counts, and that of ids which are made
   */
  NotificationReader(JsonPayload payloads, InstantSource clock) {
    this.payloads = payloads;
    this.clock = clock;
  }

  /** Returns the refusal of one that has more than {@link #MAX_BYTES}. */
  public static Refusal tooLarge() {
    return Refusal.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, null, List.of(TOO_LARGE), null);
  }

  /** Reads the bytes between two places. */
  Reading read(byte[] bytes, int from, int to) {
    // The parser skips strings without looking at them, and would guess among five encodings.
    if (!payloads.isObject(ByteBuffer.wrap(bytes, from, to - from))) {
      return malformed(bytes, from, to);
    }
    SendFields fields = new SendFields(payloads, clock.millis());
    try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals(SendFields.PAYLOAD) && value == JsonToken.START_OBJECT) {
          fields.payload(object(parser, bytes, from));
        } else if (name.equals(LocalFields.LOCALIZED) && value == JsonToken.START_OBJECT) {
          localized(parser, bytes, from, fields.local());
        } else {
          fields.take(name, parser);
        }
      }
      return fields.reading();
    } catch (IOException e) {
      // A member that is there twice: everything else was looked at.
      return malformed(bytes, from, to);
    }
  }

  private static void localized(JsonParser parser, byte[] bytes, int from, LocalFields fields)
      throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String tag = parser.currentName();
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        fields.payload(tag, object(parser, bytes, from));
      } else {
        fields.noPayload(tag, parser);
      }
    }
  }

  /** Returns the bytes of the object that begins here, and reads all of it. */
  private static byte[] object(JsonParser parser, byte[] bytes, int from) throws IOException {
    int start = from + Math.toIntExact(parser.currentTokenLocation().getByteOffset());
    parser.skipChildren();
    int end = from + Math.toIntExact(parser.currentLocation().getByteOffset());
    return Arrays.copyOfRange(bytes, start, end);
  }

  private Refusal malformed(byte[] bytes, int from, int to) {
    return Refusal.of(List.of(BodyFault.find(JSON, bytes, from, to, EXPECTED)), null);
  }
}
