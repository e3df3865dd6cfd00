package dev.tidings.service.installation;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The value of a record of {@code control}: lines {@code name=value} in UTF-8. Unknown names are
 * kept.
 */
record NamedValues(Map<String, String> values) {
  NamedValues {
    values = Map.copyOf(values);
  }

  static NamedValues of(byte[] value) {
    Map<String, String> values = new LinkedHashMap<>();
    new String(value, StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> {
          int equals = line.indexOf('=');
          if (equals > 0) {
            values.put(line.substring(0, equals), line.substring(equals + 1));
          }
        });
    return new NamedValues(values);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name)).filter(text -> !text.isBlank());
  }

  Optional<Long> number(String name) {
    try {
      return text(name).map(Long::parseLong);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
