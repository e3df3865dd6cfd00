package dev.tidings.bench.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tidings.bench.measure.Stamp;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** A provider that sends broadcasts over REST, and looks how far they have come. Thread-safe. */
public final class BroadcastProvider implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ACCEPTED = 202;
  private static final int OK = 200;
  private static final Set<String> BROKEN = Set.of("rejected", "stopped", "expired");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI service;
  private final String app;
  private final Optional<String> authorization;
  private final int payloadBytes;

  /**
   * Sends nothing yet.
   *
   * @param authorization the header of each request; empty for none
   */
  public BroadcastProvider(
      HostPort service, String app, Optional<String> authorization, int payloadBytes) {
    this.service = URI.create("http://" + service + "/");
    this.app = app;
    this.authorization = authorization;
    this.payloadBytes = payloadBytes;
  }

  /**
   * How far a broadcast has come.
   *
   * @param state as the service names it
   * @param sent how many deliveries were written
   */
  public record Progress(String state, long sent) {
    /** Returns whether everybody was sent to. */
    public boolean isCompleted() {
      return state.equals("completed");
    }
  }

  /**
   * Sends one.
   *
   * @param number its number among those to the same devices, from 0 on
   * @return its path at the service
   */
  public String send(String topic, int number) throws IOException, InterruptedException {
    byte[] payload = Stamp.payload(payloadBytes);
    Stamp.write(payload, Stamp.EVERYBODY, number, System.nanoTime());
    String body =
        "{\"target\":{\"topic\":\"%s\"},\"app\":\"%s\",\"payload\":%s}"
            .formatted(topic, app, new String(payload, StandardCharsets.US_ASCII));
    HttpRequest request =
        request("/v1/notifications")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return answer(request, ACCEPTED).path("broadcast").asText();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path)).timeout(PATIENCE);
    authorization.ifPresent(value -> request.header("authorization", value));
    return request;
  }

  /** Returns how far one has come; fails if it has ended, and not everybody was sent to. */
  public Progress progress(String path) throws IOException, InterruptedException {
    JsonNode answer = answer(request(path).build(), OK);
    var progress = new Progress(answer.path("state").asText(), answer.path("sent").asLong());
    if (BROKEN.contains(progress.state())) {
      throw new IllegalStateException(
          "the broadcast is %s, %d sent (expected: completed)"
              .formatted(progress.state(), progress.sent()));
    }
    return progress;
  }

  private JsonNode answer(HttpRequest request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != expected) {
      throw new IllegalStateException(
          "%s: %d %s (expected: %d)"
              .formatted(request.uri(), response.statusCode(), response.body(), expected));
    }
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    http.close();
  }
}
