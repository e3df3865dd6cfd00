package dev.tidings.ingest.send.topic;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.ingest.send.BodyFault;
import dev.tidings.ingest.send.FieldError;
import dev.tidings.ingest.send.NotificationReader;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.Token;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a token from a JSON object that has nothing else, as strictly as a notification is read.
 * Thread-safe.
 */
final class TokenReader {
  private static final String TOKEN = "token";
  private static final String EXPECTED =
      "one JSON object in UTF-8, such as {\"token\": …}, no member twice";
  private static final int MAX_ERRORS = 10;

  private final JsonPayload objects = new JsonPayload();

  /** The result of reading one. */
  sealed interface Read {
    /** A token; whether it is genuine has not been looked at. */
    record Found(Token token) implements Read {}

    /** Something else. */
    record Faulty(Refusal refusal) implements Read {}
  }

  /** Reads the bytes between two places. */
  Read read(byte[] bytes, int from, int to) {
    if (!objects.isObject(ByteBuffer.wrap(bytes, from, to - from))) {
      return malformed(bytes, from, to);
    }
    List<FieldError> errors = new ArrayList<>();
    @Nullable Token token = null;
    boolean seen = false;
    try (JsonParser parser = NotificationReader.JSON.createParser(bytes, from, to - from)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!name.equals(TOKEN)) {
          add(errors, FieldError.of("member", name, TOKEN));
        } else if (value == JsonToken.VALUE_STRING) {
          seen = true;
          token = token(parser.getText(), errors);
        } else if (value != JsonToken.VALUE_NULL) {
          seen = true;
          add(errors, new FieldError(TOKEN, "no string", "a string"));
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      // A member that is there twice: everything else was looked at.
      return malformed(bytes, from, to);
    }
    if (!seen) {
      add(errors, new FieldError(TOKEN, "missing", "a device token"));
    }
    return token == null || !errors.isEmpty()
        ? new Read.Faulty(Refusal.of(errors, null))
        : new Read.Found(token);
  }

  private static @Nullable Token token(String text, List<FieldError> errors) {
    try {
      return Token.parse(text);
    } catch (InvalidValueException e) {
      add(errors, new FieldError(TOKEN, e.value(), e.expected()));
      return null;
    }
  }

  private static void add(List<FieldError> errors, FieldError error) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(error);
    }
  }

  private static Read malformed(byte[] bytes, int from, int to) {
    FieldError fault = BodyFault.find(NotificationReader.JSON, bytes, from, to, EXPECTED);
    return new Read.Faulty(Refusal.of(List.of(fault), null));
  }
}
