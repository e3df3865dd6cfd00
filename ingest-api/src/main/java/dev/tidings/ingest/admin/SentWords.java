package dev.tidings.ingest.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;

/**
 * What the audit log says of a request on behalf of providers: where it went and to whom, and
 * nothing of what was sent.
 */
final class SentWords {
  private static final Set<String> TOLD = Set.of("id", "app", "target", "dryRun", "since");
  private static final int LONGEST = 1_000;
  private static final JsonFactory JSON = new JsonFactory();

  private SentWords() {}

  /** The key of the line: the kind and name of what the path is about. */
  static String entry(Request head) {
    return "operator/" + head.path().substring(1);
  }

  static String of(Request head, byte[] body) {
    StringBuilder words = new StringBuilder("operator ");
    words.append(head.method().toLowerCase(Locale.ROOT)).append(' ').append(head.path());
    if (head.query() != null) {
      words.append('?').append(head.query());
    }
    try (JsonParser in = JSON.createParser(body)) {
      if (in.nextToken() == JsonToken.START_OBJECT) {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          String name = in.currentName();
          in.nextToken();
          if (TOLD.contains(name)) {
            words.append(", ").append(name).append(' ');
            append(words, in);
          } else {
            in.skipChildren();
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // It is refused where it is read; the line says so much.
      words.append(", malformed");
    }
    return words.length() > LONGEST ? words.substring(0, LONGEST) : words.toString();
  }

  /** Appends a value, of an object those of its members. */
  private static void append(StringBuilder words, JsonParser in) throws IOException {
    if (!in.currentToken().isStructStart()) {
      words.append(in.getText());
      return;
    }
    int depth = 1;
    while (depth > 0) {
      JsonToken next = in.nextToken();
      if (next == null) {
        return;
      }
      depth += next.isStructStart() ? 1 : next.isStructEnd() ? -1 : 0;
      if (next.isScalarValue() || next == JsonToken.FIELD_NAME) {
        words.append(words.charAt(words.length() - 1) == ' ' ? "" : " ").append(in.getText());
      }
    }
  }
}
