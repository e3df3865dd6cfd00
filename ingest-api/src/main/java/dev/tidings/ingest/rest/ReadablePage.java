package dev.tidings.ingest.rest;

import dev.tidings.ingest.trace.TraceResult;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first page of a trace on which there is something that may be read. Whoever uses an id
 * of another team for more tokens than fit on a page would hide that team's notification otherwise.
 */
final class ReadablePage {
  /** Of one request; who wants to read on asks for the next page. */
  static final int MOST = 32;

  /** The query parameter with the mark at which it begins. */
  static final String FROM = "from";

  private static final Pattern MARK = Pattern.compile("[0-9a-f]{16}");

  private ReadablePage() {}

  /**
   * Returns the mark at which the page begins, wherever it stands in the query; null for the first.
   * Parameters that mean nothing here, such as those that gateways add, are passed over.
   */
  static @Nullable String from(@Nullable String query) {
    if (query == null) {
      return null;
    }
    List<String> marks;
    try {
      marks = new QueryStringDecoder(query, false).parameters().getOrDefault(FROM, List.of());
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("query", query, "percent-encoded UTF-8");
    }
    if (marks.size() > 1) {
      throw new InvalidValueException(FROM, marks.size() + " values", "one");
    }
    if (marks.isEmpty()) {
      return null;
    }
    String mark = marks.getFirst();
    if (!MARK.matcher(mark).matches()) {
      throw new InvalidValueException(
          FROM, mark, "16 hexadecimal characters, as an answer named in next");
    }
    return mark;
  }

  /** A trace, in pages. */
  @FunctionalInterface
  interface Pages {
    /**
     * Returns the page that begins at a mark.
     *
     * @param mark null for the first one
     */
    TraceResult at(@Nullable String mark) throws InterruptedException;
  }

  /** Returns that page, or the last one that was looked at. */
  static TraceResult of(Pages pages, @Nullable String from, TraceScope scope)
      throws InterruptedException {
    TraceResult result = pages.at(from);
    for (int read = 1; read < MOST; read++) {
      if (!(result instanceof Found found) || found.next() == null || scope.of(found).isPresent()) {
        return result;
      }
      result = pages.at(found.next());
    }
    return result;
  }
}
