package dev.tidings.ingest.admin.request;

import dev.tidings.control.ControlWriter.Author;
import dev.tidings.http.route.PathTemplate;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request of an administrator, whose credential was accepted.
 *
 * @param author who asks, and from where
 * @param host what it was sent to, with or without a port; null if it does not say
 * @param template the path's
 */
public record AdminRequest(
    Author author,
    @Nullable String host,
    PathTemplate template,
    String path,
    @Nullable String query,
    byte[] body) {

  /** Returns a part of the path. */
  public String parameter(String name) {
    return template.parameter(path, name);
  }

  /** Returns a part of the path in which characters may be percent-encoded. */
  public String decodedParameter(String name) {
    String text = parameter(name);
    try {
      // The decoder is one of queries, where a plus sign stands for a space.
      return QueryStringDecoder.decodeComponent(text.replace("+", "%2B"));
    } catch (IllegalArgumentException e) {
      throw new BadRequestException(name, text, "percent-encoded UTF-8");
    }
  }

  /** Returns the members of the body, of which there may be no others. */
  public JsonFields fields(String... known) {
    return JsonText.read(body).only(known);
  }

  /**
   * Returns the values of the query.
   *
   * @param known the names that are understood
   */
  public Map<String, String> query(String... known) {
    Map<String, String> values = new LinkedHashMap<>();
    decoded()
        .forEach((name, all) -> {
          if (all.size() > 1) {
            throw new BadRequestException(name, all.size() + " values", "one");
          }
          values.put(name, all.getFirst());
        });
    Set<String> unknown = new TreeSet<>(values.keySet());
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      throw new BadRequestException(
          "query",
          unknown.iterator().next(),
          known.length == 0 ? "no query" : "one of " + String.join(", ", known));
    }
    return values;
  }

  private Map<String, List<String>> decoded() {
    try {
      return Optional.ofNullable(query)
          .map(text -> new QueryStringDecoder(text, false).parameters())
          .orElse(Map.of());
    } catch (IllegalArgumentException e) {
      throw new BadRequestException("query", String.valueOf(query), "percent-encoded UTF-8");
    }
  }
}
