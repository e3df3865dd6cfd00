package dev.tidings.service.management;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.health.ReadinessReport;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;

/** Answers one request: finds what is asked for, then how it may be asked. */
final class ManagementHandler implements HttpHandler {

  private static final String JSON = "application/json";
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final Readiness readiness;

  ManagementHandler(PrometheusMeterRegistry registry, Readiness readiness) {
    this.registry = registry;
    this.readiness = readiness;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      boolean head = method.equals("HEAD");
      Answer answer = answer(exchange.getRequestURI().getPath());
      if (answer.status() != 404 && !head && !method.equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        answer = error(405, "method not allowed");
      }
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(String path) {
    return switch (path) {
      case "/metrics" -> new Answer(200, PROMETHEUS_TEXT, registry.scrape());
      case "/health/live" -> new Answer(200, JSON, "{\"status\":\"UP\"}");
      case "/health", "/health/ready" -> ready(readiness.report());
      default -> error(404, "not found");
    };
  }

  private static Answer ready(ReadinessReport report) {
    return new Answer(report.ready() ? 200 : 503, JSON, HealthJson.of(report));
  }

  private static Answer error(int status, String message) {
    return new Answer(status, JSON, "{\"error\":\"" + message + "\"}");
  }

  private record Answer(int status, String type, String body) {}
}
