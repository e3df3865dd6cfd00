package dev.tidings.ingest.history.part;

import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a query, each of which is known and right. */
public final class Parameters {
  private final Map<String, List<String>> given;

  private Parameters(Map<String, List<String>> given) {
    this.given = given;
  }

  /**
   * Reads a query.
   *
   * @param query null for none
   * @param known the names that there are
   * @throws InvalidValueException if there is another one
   */
  public static Parameters of(@Nullable String query, List<String> known) {
    Map<String, List<String>> given;
    try {
      given = query == null ? Map.of() : new QueryStringDecoder(query, false).parameters();
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException("query", "malformed", "percent-encoded UTF-8");
    }
    for (Map.Entry<String, List<String>> each : given.entrySet()) {
      if (!known.contains(each.getKey())) {
        throw new InvalidValueException(
            each.getKey(), each.getValue().getFirst(), "one of " + String.join(", ", known));
      }
    }
    return new Parameters(given);
  }

  /**
   * Returns the value of a parameter; null if it is not there.
   *
   * @throws InvalidValueException if it is there more than once
   */
  public @Nullable String get(String name) {
    List<String> values = given.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new InvalidValueException(name, String.join(", ", values), "one value");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /**
   * Returns the apps that are asked about.
   *
   * @param most how many may be named
   * @throws InvalidValueException if there are none, or too many, or one is none
   */
  public List<String> apps(int most) {
    List<String> apps = new ArrayList<>();
    for (String app : given.getOrDefault("app", List.of())) {
      String valid = new AppId(app).value();
      if (!apps.contains(valid)) {
        apps.add(valid);
      }
    }
    if (apps.isEmpty() || apps.size() > most) {
      throw new InvalidValueException(
          "app",
          apps.isEmpty() ? "" : apps.size() + " apps",
          most == 1 ? "the app that is asked about" : "1 to " + most + " apps");
    }
    return apps;
  }
}
