package dev.tidings.ingest.send;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.tidings.ingest.json.JsonType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds out why bytes are not one JSON object, and where: once it is known that they are not. */
public final class BodyFault {
  private static final String BODY = "body";
  private static final String OBJECT = "one JSON object";

  /** What some editors begin a file in UTF-8 with. */
  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /** The parser says it in its message alone. */
  private static final Pattern TWICE = Pattern.compile("(?s)Duplicate field '(.*?)'.*");

  private BodyFault() {}

  /**
   * Returns the first fault.
   *
   * @param json makes parsers that refuse what is there twice
   * @param whatever expected if nothing else is found
   */
  public static FieldError find(JsonFactory json, byte[] bytes, int from, int to, String whatever) {
    if (startsWithMark(bytes, from, to)) {
      return new FieldError(BODY, "a byte order mark", OBJECT + " without one (RFC 8259, 8.1)");
    }
    int text = textBytes(bytes, from, to);
    if (text < to - from) {
      return new FieldError(BODY, "byte " + text, "UTF-8");
    }
    FieldError otherwise = new FieldError(BODY, (to - from) + " bytes", whatever);
    try (JsonParser parser = json.createParser(bytes, from, to - from)) {
      JsonToken first = parser.nextToken();
      if (first != JsonToken.START_OBJECT) {
        String shown = first == null ? "nothing" : JsonType.of(parser);
        return new FieldError(BODY, shown, OBJECT);
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        long at = parser.currentTokenLocation().getByteOffset();
        return new FieldError(BODY, "more at byte " + at, OBJECT + " and nothing behind it");
      }
      return otherwise;
    } catch (StreamConstraintsException e) {
      return otherwise;
    } catch (JsonProcessingException e) {
      Matcher twice = TWICE.matcher(String.valueOf(e.getOriginalMessage()));
      if (twice.matches()) {
        return FieldError.twice(twice.group(1));
      }
      long at = e.getLocation() == null ? 0 : e.getLocation().getByteOffset();
      return new FieldError(BODY, "byte " + Math.clamp(at, 0, to - from), "JSON (RFC 8259)");
    } catch (IOException e) {
      return otherwise;
    }
  }

  /** The parser skips it, and so finds no fault. */
  private static boolean startsWithMark(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, Math.min(to, from + MARK.length), MARK, 0, MARK.length);
  }

  /** Returns how many bytes from the first one on are UTF-8. */
  private static int textBytes(byte[] bytes, int from, int to) {
    ByteBuffer all = ByteBuffer.wrap(bytes, from, to - from);
    try {
      CharBuffer chars = CharBuffer.allocate(to - from);
      var result = StandardCharsets.UTF_8.newDecoder().decode(all, chars, true);
      if (result.isError()) {
        result.throwException();
      }
      return to - from;
    } catch (CharacterCodingException e) {
      return all.position() - from;
    }
  }
}
