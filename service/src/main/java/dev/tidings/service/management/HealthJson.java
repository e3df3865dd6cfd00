package dev.tidings.service.management;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.ReadinessReport;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes health as {@code {"status":"DOWN","checks":{"kafka":{"status":"DOWN","reason":"…"}}}}. */
final class HealthJson {

  static String of(ReadinessReport report) {
    String checks =
        report.checks().entrySet().stream()
            .map(HealthJson::member)
            .collect(Collectors.joining(","));
    return "{\"status\":\"%s\",\"checks\":{%s}}".formatted(report.ready() ? "UP" : "DOWN", checks);
  }

  private static String member(Map.Entry<String, Health> check) {
    String health =
        switch (check.getValue()) {
          case Health.Healthy() -> "{\"status\":\"UP\"}";
          case Health.Unhealthy(String reason) ->
              "{\"status\":\"DOWN\",\"reason\":" + quote(reason) + "}";
        };
    return quote(check.getKey()) + ":" + health;
  }

  private static String quote(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  private HealthJson() {}
}
