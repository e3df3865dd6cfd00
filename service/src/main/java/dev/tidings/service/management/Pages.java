package dev.tidings.service.management;

import dev.tidings.service.health.Readiness;
import dev.tidings.service.health.ReadinessReport;
import dev.tidings.service.management.ManagementResponse.Status;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/**
 * The pages of the management port: finds the page of a request, then checks the method.
 * Thread-safe.
 */
final class Pages {
  private static final String METHODS = "GET, HEAD";
  private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry;
  private final Readiness readiness;

  Pages(PrometheusMeterRegistry registry, Readiness readiness) {
    this.registry = registry;
    this.readiness = readiness;
  }

  ManagementResponse answer(RequestHead request) {
    boolean allowed = request.method().equals("GET") || request.method().equals("HEAD");
    return switch (request.path()) {
      case "/metrics", "/health/live", "/health", "/health/ready" ->
          allowed
              ? page(request.path())
              : new ManagementResponse(
                  Status.METHOD_NOT_ALLOWED,
                  "application/json",
                  METHODS,
                  "{\"error\":\"method not allowed\"}");
      default -> ManagementResponse.error(Status.NOT_FOUND, "not found");
    };
  }

  private ManagementResponse page(String path) {
    return switch (path) {
      case "/metrics" -> new ManagementResponse(Status.OK, PROMETHEUS_TEXT, "", registry.scrape());
      case "/health/live" -> ManagementResponse.json(Status.OK, "{\"status\":\"UP\"}");
      default -> ready(readiness.report());
    };
  }

  private static ManagementResponse ready(ReadinessReport report) {
    return ManagementResponse.json(
        report.ready() ? Status.OK : Status.UNAVAILABLE, HealthJson.of(report));
  }
}
