package dev.tidings.ingest.admin.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads JSON strictly: what two readers could take for two things is refused. */
final class JsonText {
  private static final int MAX_NESTING = 16;
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final String EXPECTED =
      "one JSON object in UTF-8, no member twice, nested at most " + MAX_NESTING + " deep";

  // Names are not kept from one text to the next: clients choose them.
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

  private JsonText() {}

  /** JSON's null. */
  enum Null {
    NULL
  }

  /** A number that is not whole, or very large: no member has one. */
  private enum OtherNumber {
    NUMBER
  }

  /** Reads the members of an object. */
  static JsonFields read(byte[] utf8) {
    return members(utf8)
        .map(JsonFields::new)
        .orElseThrow(() -> new BadRequestException("body", utf8.length + " bytes", EXPECTED));
  }

  /** Returns the members of an object; empty if it is none. */
  static Optional<Map<String, Object>> members(byte[] utf8) {
    // Decoded here: the parser itself would guess among five encodings.
    try (JsonParser parser =
        JSON.createParser(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString())) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        Map<String, Object> members = object(parser);
        if (parser.nextToken() == null) {
          return Optional.of(members);
        }
      }
    } catch (IOException e) {
      // The parser's message may quote the text, which may have a secret.
    }
    return Optional.empty();
  }

  /**
   * Returns the text of an object that was read. A number that was too large or not whole is null
   * in it.
   */
  static String write(Map<?, ?> object) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      write(out, object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  static void write(JsonGenerator out, Object value) throws IOException {
    switch (value) {
      case String text -> out.writeString(text);
      case Long number -> out.writeNumber(number);
      case Boolean truth -> out.writeBoolean(truth);
      case List<?> list -> {
        out.writeStartArray();
        for (Object item : list) {
          write(out, item);
        }
        out.writeEndArray();
      }
      case Map<?, ?> object -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> member : object.entrySet()) {
          out.writeFieldName(String.valueOf(member.getKey()));
          write(out, member.getValue());
        }
        out.writeEndObject();
      }
      default -> out.writeNull();
    }
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(parser));
    }
    return members;
  }

  private static List<Object> list(JsonParser parser) throws IOException {
    List<Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return items;
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? OtherNumber.NUMBER
              : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> OtherNumber.NUMBER;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> Null.NULL;
      case null, default -> throw new IOException("the text ends within a value");
    };
  }

  /** Returns what a value is, for messages: the value itself may be secret. */
  static String typeOf(Object value) {
    return switch (value) {
      case String text -> "a string of " + text.length() + " characters";
      case Long number -> number.toString();
      case Boolean truth -> truth.toString();
      case List<?> list -> "a list of " + list.size();
      case Map<?, ?> object -> "an object of " + object.size() + " members";
      case Null none -> "null";
      default -> "another number";
    };
  }
}
