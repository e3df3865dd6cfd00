package dev.tidings.e2e;

import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.PushRequest;
import dev.tidings.provider.SendAnswer;
import dev.tidings.provider.Trace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A provider's back end: sends over HTTP/2 and asks what became of it. */
final class Provider implements AutoCloseable {
  static final String APP = "com.example.news";

  private final URI api;
  private final IngestClient client;

  Provider(Pipeline pipeline) {
    api = URI.create("http://" + pipeline.endpoint(TidingsService.INGEST_API, "http"));
    client = new IngestClient(api, Optional.empty());
  }

  SendAnswer send(String token, String id, String payload)
      throws IOException, InterruptedException {
    return client.send(new PushRequest(token, Map.of("apns-topic", APP, "apns-id", id), payload));
  }

  /** Sends, and insists. */
  void deliver(String token, String id, String payload) throws IOException, InterruptedException {
    SendAnswer answer = send(token, id, payload);
    if (!answer.equals(new SendAnswer.Accepted(id))) {
      throw new AssertionError(id + ": " + answer);
    }
  }

  Trace awaitDelivered(String id) throws IOException, InterruptedException {
    return client
        .awaitTrace(id, Duration.ofSeconds(30), Trace::isDelivered)
        .orElseThrow(() -> new AssertionError("no trace of " + id));
  }

  void awaitParked(String id) throws IOException, InterruptedException {
    Trace _ = awaitStep(id, "parked");
  }

  Trace awaitStep(String id, String name) throws IOException, InterruptedException {
    return client
        .awaitTrace(
            id,
            Duration.ofSeconds(30),
            trace -> trace.steps().stream().anyMatch(step -> step.name().equals(name)))
        .orElseThrow(() -> new AssertionError("no trace of " + id));
  }

  /** What is known of a notification now. */
  Optional<Trace> find(String id) throws IOException, InterruptedException {
    return client.trace(id);
  }

  /** What the service's own audit has found. */
  IngestClient.Audit audit() throws IOException, InterruptedException {
    return client.audit();
  }

  /** Withdraws a notification, and returns the answer: asked for again while that is 503. */
  String withdraw(String id) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () ->
                      http.send(
                          HttpRequest.newBuilder(api.resolve("/v1/notifications/" + id))
                              .DELETE()
                              .build(),
                          HttpResponse.BodyHandlers.ofString()),
                  last -> last.statusCode() != 503);
      if (answer.statusCode() != 200) {
        throw new AssertionError(id + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
