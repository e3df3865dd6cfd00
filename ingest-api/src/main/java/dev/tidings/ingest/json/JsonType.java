package dev.tidings.ingest.json;

import com.fasterxml.jackson.core.JsonParser;

/** What a value is, in words for the sender. */
public final class JsonType {
  private JsonType() {}

  /** Returns that of the value whose first token was read. */
  public static String of(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "a list";
      case VALUE_STRING -> "a string";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      default -> "a number";
    };
  }
}
