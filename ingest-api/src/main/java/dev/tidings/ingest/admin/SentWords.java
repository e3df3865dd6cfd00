package dev.tidings.ingest.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the audit log says of a request on behalf of providers: where it went and to whom, and
 * nothing of what was sent.
 */
final class SentWords {
  private static final Set<String> TOLD = Set.of("id", "app", "target", "token", "dryRun", "since");

  /**
   * The query is the last: it may be as long as who sends it likes, and nothing is cut off for it.
   */
  private static final int LONGEST_QUERY = 1_000;

  private static final JsonFactory JSON = new JsonFactory();

  private SentWords() {}

  /** The key of the line: the kind and name of what the path is about. */
  static String entry(Request head) {
    return "operator/" + head.path().substring(1);
  }

  static String of(Request head, byte[] body) {
    StringBuilder words = new StringBuilder("operator ");
    words.append(head.method().toLowerCase(Locale.ROOT)).append(' ').append(head.path());
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
    @Nullable String query = head.query();
    if (query != null) {
      words.append(", query ").append(query, 0, Math.min(query.length(), LONGEST_QUERY));
    }
    return words.toString();
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
