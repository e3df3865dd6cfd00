package dev.tidings.ingest.receipts;

import dev.tidings.http.Request;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AsciiString;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request for a stream of receipts: the app, and where the stream begins.
 *
 * @param from where it begins; null to begin at a time, or at the end of the log
 * @param sinceMillis that time; null to begin at the end of the log
 */
record StreamQuery(String app, @Nullable Cursor from, @Nullable Long sinceMillis) {
  private static final AsciiString LAST_EVENT_ID = AsciiString.cached("last-event-id");
  private static final String CURSOR = "the id of an event of this stream";

  /**
   * Reads it. The field that clients send when they connect again comes before the query, which is
   * the same each time.
   *
   * @throws InvalidValueException if something is missing or wrong
   */
  static StreamQuery of(Request head) {
    String query = head.query();
    Map<String, List<String>> parameters =
        query == null ? Map.of() : new QueryStringDecoder(query, false).parameters();
    String app = first(parameters, "app");
    if (app == null) {
      throw new InvalidValueException("app", "", "the app whose receipts are asked for");
    }
    String valid = new AppId(app).value();
    String last = head.header(LAST_EVENT_ID);
    if (last != null && !last.isEmpty()) {
      return new StreamQuery(valid, cursor("last-event-id", last), null);
    }
    String after = first(parameters, "after");
    String since = first(parameters, "since");
    if (after != null && !after.isEmpty()) {
      return new StreamQuery(valid, cursor("after", after), null);
    }
    return new StreamQuery(valid, null, since == null ? null : millis(since));
  }

  private static @Nullable String first(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.getFirst();
  }

  private static Cursor cursor(String name, String text) {
    return Cursor.parse(text)
        .orElseThrow(() -> new InvalidValueException(name, "not a position", CURSOR));
  }

  private static Long millis(String text) {
    try {
      return Math.max(0, Instant.parse(text).toEpochMilli());
    } catch (DateTimeException | ArithmeticException e) {
      throw new InvalidValueException("since", "not a time", "a time such as 2026-12-31T12:00:00Z");
    }
  }
}
