package dev.tidings.ingest.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What a request says.
 *
 * @param from milliseconds since the epoch
 * @param to the same; null for now
 * @param rate how many a second; null for as many as may be
 */
record ReplayBody(
    @Nullable String app, long from, @Nullable Long to, boolean dryRun, @Nullable Integer rate) {
  /** As long as a request may be. */
  static final int MOST_BYTES = 4_096;

  private static final String TIME = "a time, such as 2026-11-22T10:00:00Z, or milliseconds";
  private static final JsonFactory JSON = new JsonFactory();

  /**
   * Reads one.
   *
   * @throws InvalidValueException if it is none
   */
  static ReplayBody read(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidValueException("body", "something else", "a JSON object");
      }
      ReplayBody read = object(parser);
      if (parser.nextToken() != null) {
        throw new InvalidValueException("body", "more than one value", "one JSON object");
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new InvalidValueException("body", "malformed", "a JSON object");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ReplayBody object(JsonParser parser) throws IOException {
    @Nullable String app = null;
    @Nullable Long from = null;
    @Nullable Long to = null;
    @Nullable Integer rate = null;
    boolean dryRun = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "app" -> app = new AppId(text(name, parser, "the id of an app")).value();
        case "from" -> from = time(name, parser);
        case "to" -> to = time(name, parser);
        case "dryRun" -> dryRun = bool(name, parser);
        case "rate" -> rate = number(name, parser);
        default ->
            throw new InvalidValueException(name, "unknown", "app, from, to, dryRun or rate");
      }
    }
    if (from == null) {
      throw new InvalidValueException("from", "missing", TIME);
    }
    if (to != null && to <= from) {
      throw new InvalidValueException("to", "not after from", "a later time");
    }
    return new ReplayBody(app, from, to, dryRun, rate);
  }

  private static String text(String name, JsonParser parser, String expected) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new InvalidValueException(name, parser.getText(), expected);
    }
    return parser.getText();
  }

  private static long time(String name, JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && parser.getLongValue() >= 0) {
      return parser.getLongValue();
    }
    String text = text(name, parser, TIME);
    try {
      return Math.max(0, OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidValueException(name, text, TIME);
    }
  }

  private static boolean bool(String name, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw new InvalidValueException(name, parser.getText(), "true or false");
    };
  }

  private static int number(String name, JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT
        && parser.getIntValue() > 0) {
      return parser.getIntValue();
    }
    throw new InvalidValueException(name, parser.getText(), "how many a second: 1 or more");
  }
}
