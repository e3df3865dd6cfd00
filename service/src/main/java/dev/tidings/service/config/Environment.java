package dev.tidings.service.config;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Settings out of environment variables: {@code http.port} is {@code TIDINGS_HTTP_PORT}, and {@code
 * TIDINGS_KAFKA_BOOTSTRAP_SERVERS} is {@code kafka.bootstrap.servers} where {@code kafka.} is
 * passed through.
 *
 * <p>A variable that is no setting is not an error: several services share one environment, and
 * orchestrators put variables of their own there.
 */
final class Environment {

  private static final String PREFIX = "TIDINGS_";

  static String variable(String name) {
    return PREFIX + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  static Map<String, String> values(Settings settings, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String prefix : settings.prefixes()) {
      String start = variable(prefix);
      environment.forEach((variable, value) -> {
        if (variable.startsWith(start) && variable.length() > start.length()) {
          values.put(prefix + key(variable.substring(start.length())), value);
        }
      });
    }
    // A variable of a declared setting is that setting's, even under a passed-through prefix.
    Set<String> declared =
        settings.all().stream().map(s -> variable(s.name())).collect(Collectors.toSet());
    values.keySet().removeIf(key -> declared.contains(variable(key)));
    for (Setting<?> setting : settings.all()) {
      String value = environment.get(variable(setting.name()));
      if (value != null) {
        values.put(setting.name(), value);
      }
    }
    return values;
  }

  private static String key(String rest) {
    return rest.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private Environment() {}
}
