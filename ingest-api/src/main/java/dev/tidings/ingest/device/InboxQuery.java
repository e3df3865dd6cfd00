package dev.tidings.ingest.device;

import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads which page of an inbox is asked for. */
public final class InboxQuery {
  /** The names of its values. */
  public static final String AFTER = "after";

  public static final String LIMIT = "limit";

  private static final String DEFAULT = "100";

  private InboxQuery() {}

  /**
   * Reads it from a query.
   *
   * @throws InvalidValueException if it is none
   */
  static InboxPage of(@Nullable String query) {
    Map<String, List<String>> all;
    try {
      all = query == null ? Map.of() : new QueryStringDecoder(query, false).parameters();
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("query", String.valueOf(query), "percent-encoded UTF-8");
    }
    for (Map.Entry<String, List<String>> each : all.entrySet()) {
      if (!each.getKey().equals(AFTER) && !each.getKey().equals(LIMIT)) {
        throw new InvalidValueException("query", each.getKey(), AFTER + " or " + LIMIT);
      }
      if (each.getValue().size() > 1) {
        throw new InvalidValueException(each.getKey(), each.getValue().size() + " values", "one");
      }
    }
    return page(first(all.get(AFTER)), first(all.get(LIMIT)));
  }

  /** Reads it from its values; null for those that are not there. */
  public static InboxPage page(@Nullable String after, @Nullable String limit) {
    return new InboxPage(
        after == null ? InboxPage.BEGINNING : number(AFTER, after, "what next in an answer says"),
        (int)
            Math.min(
                Integer.MAX_VALUE,
                number(
                    LIMIT,
                    limit == null ? DEFAULT : limit,
                    "a whole number from 1 to " + InboxPage.MOST)));
  }

  private static long number(String name, String text, String expected) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below.
    }
    throw new InvalidValueException(name, text, expected);
  }

  private static @Nullable String first(@Nullable List<String> values) {
    return values == null ? null : values.getFirst();
  }
}
