package dev.tidings.service.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementServerTest {

  private final PrometheusMeterRegistry registry = Metrics.registry("ingest-api");
  private final Readiness readiness = new Readiness();
  private final HttpClient client = HttpClient.newHttpClient();
  private ManagementServer server;

  @BeforeEach
  void start() throws IOException {
    server = ManagementServer.start("127.0.0.1", 0, registry, readiness);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
    registry.close();
  }

  @Test
  void the_metrics_are_those_of_the_service_the_jvm_and_the_process() throws Exception {
    registry.counter("notifications.accepted").increment();

    HttpResponse<String> metrics = get("/metrics");

    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(metrics.body())
        .contains("notifications_accepted_total{service=\"ingest-api\"} 1.0")
        .contains("jvm_memory_used_bytes{")
        .contains("jvm_gc_")
        .contains("jvm_threads_live_threads{service=\"ingest-api\"}")
        .contains("process_cpu_usage{")
        .contains("process_files_open_files{")
        .contains("process_uptime_seconds{");
  }

  @Test
  void a_running_service_is_live_even_when_it_is_not_ready() throws Exception {
    readiness.draining();

    HttpResponse<String> live = get("/health/live");

    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(live.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(live.body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/health/ready", "/health", "/health/ready?verbose"})
  void a_ready_service_says_so_for_each_check(String path) throws Exception {
    readiness.add("kafka", Health::healthy).add("registry", Health::healthy);

    HttpResponse<String> ready = get(path);

    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(ready.body())
        .isEqualTo(
            "{\"status\":\"UP\",\"checks\":{\"kafka\":{\"status\":\"UP\"},\"registry\":{\"status\":\"UP\"}}}");
  }

  @Test
  void a_service_that_is_not_ready_answers_503_with_the_reason() throws Exception {
    readiness.add("kafka", () -> Health.unhealthy("no \"broker\"\nat C:\\ für uns"));

    HttpResponse<String> ready = get("/health/ready");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "{\"status\":\"DOWN\",\"checks\":{\"kafka\":{\"status\":\"DOWN\","
                + "\"reason\":\"no \\\"broker\\\"\\u000aat C:\\\\ für uns\"}}}");
  }

  @Test
  void a_draining_service_answers_503() throws Exception {
    readiness.add("kafka", Health::healthy);
    readiness.draining();

    HttpResponse<String> ready = get("/health/ready");

    assertThat(ready.statusCode()).isEqualTo(503);
    assertThat(ready.body()).contains("\"draining\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/metricsx", "/metrics/", "/health/", "/health/liveness"})
  void anything_else_is_not_found(String path) throws Exception {
    HttpResponse<String> missing = get(path);

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(missing.body()).isEqualTo("{\"error\":\"not found\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void a_method_that_would_change_something_is_not_allowed(String method) throws Exception {
    HttpResponse<String> refused = send("/metrics", method);

    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
    assertThat(refused.body()).isEqualTo("{\"error\":\"method not allowed\"}");
  }

  @Test
  void a_head_request_gets_the_status_without_a_body() throws Exception {
    readiness.draining();

    HttpResponse<String> head = send("/health/ready", "HEAD");

    assertThat(head.statusCode()).isEqualTo(503);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void the_address_tells_the_port_that_was_bound() {
    assertThat(server.port()).isPositive();
    assertThat(server.address()).isEqualTo("127.0.0.1:" + server.port());
  }

  @Test
  void a_port_that_is_taken_is_refused_naming_the_address() {
    assertThatThrownBy(
            () -> ManagementServer.start("127.0.0.1", server.port(), registry, readiness))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "management address: " + server.address() + " (expected: a free address of this host)");
  }

  @Test
  void it_can_be_closed_twice_and_then_answers_no_more() {
    server.close();
    server.close();

    assertThatThrownBy(() -> get("/health/live")).isInstanceOf(ConnectException.class);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(path, "GET");
  }

  private HttpResponse<String> send(String path, String method) throws Exception {
    URI uri = URI.create("http://" + server.address() + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build();
    return client.send(request, BodyHandlers.ofString());
  }
}
