package dev.tidings.ingest.admin.request;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param after the name behind which it begins
 * @param limit how many entries at most
 */
public record Page(String after, int limit) {
  /** The names of its values in a query. */
  public static final String AFTER = "after";

  public static final String LIMIT = "limit";

  private static final int DEFAULT = 100;
  private static final int MOST = 1_000;

  /** Writes an entry as an object's members. */
  @FunctionalInterface
  public interface EntryJson<E> {
    void write(JsonGenerator out, String name, E entry) throws IOException;
  }

  /** Reads one from a query. */
  public static Page of(Map<String, String> query) {
    return new Page(query.getOrDefault(AFTER, ""), limit(query.get(LIMIT)));
  }

  private static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Refused below, as one out of bounds.
    }
    throw new BadRequestException(LIMIT, text, "a whole number from 1 to " + MOST);
  }

  /**
   * Answers with those of these entries that are on the page, and the path of the next one.
   *
   * @param list what the list is called
   * @param path of this list, with what else it was asked with
   */
  public <E> Response of(SortedMap<String, E> all, String list, String path, EntryJson<E> json) {
    return JsonAnswer.ok(out -> {
      out.writeArrayFieldStart(list);
      String last = after;
      int written = 0;
      boolean more = false;
      for (Map.Entry<String, E> entry : all.tailMap(after).entrySet()) {
        if (entry.getKey().equals(after)) {
          continue;
        }
        if (written == limit) {
          more = true;
          break;
        }
        out.writeStartObject();
        json.write(out, entry.getKey(), entry.getValue());
        out.writeEndObject();
        last = entry.getKey();
        written++;
      }
      out.writeEndArray();
      if (more) {
        out.writeStringField("next", path + next(path, last));
      }
    });
  }

  private String next(String path, String last) {
    return (path.contains("?") ? "&" : "?")
        + AFTER
        + "="
        + URLEncoder.encode(last, StandardCharsets.UTF_8)
        + "&"
        + LIMIT
        + "="
        + limit;
  }
}
