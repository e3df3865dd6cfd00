package dev.tidings.auth.jose;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON strictly: what two readers could take for two things is refused. */
final class JsonReader {
  private static final int MAX_NESTING = 16;
  private static final int MAX_NUMBER_LENGTH = 64;

  // Names are not kept from one text to the next: strangers choose them.
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .build())
          .build();

  static JsonObject read(String what, byte[] utf8) throws JoseException {
    // Decoded here: the parser itself would guess among five encodings.
    try (JsonParser parser =
        JSON.createParser(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString())) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw wrong(what);
      }
      JsonObject object = object(what, parser);
      if (parser.nextToken() != null) {
        throw wrong(what);
      }
      return object;
    } catch (IOException e) {
      // The parser's message may quote the text.
      throw wrong(what);
    }
  }

  private static JsonObject object(String what, JsonParser parser) throws IOException {
    Map<String, Object> members = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(what, parser));
    }
    return new JsonObject(what, members);
  }

  private static List<Object> list(String what, JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(what, parser));
    }
    return items;
  }

  private static Object value(String what, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(what, parser);
      case START_ARRAY -> list(what, parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> JsonObject.Null.NULL;
      case null, default -> throw new IOException("the text ends within a value");
    };
  }

  private static JoseException wrong(String what) {
    return new JoseException(
        what + ": not readable",
        "one JSON object in UTF-8, no member twice, nested at most " + MAX_NESTING + " deep");
  }

  private JsonReader() {}
}
