package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.provider.IngestClient;
import dev.tidings.provider.PushRequest;
import dev.tidings.provider.SendAnswer;
import dev.tidings.provider.Trace;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A provider's back end: sends over HTTP/2 and asks what became of it. */
final class Provider implements AutoCloseable {
  static final String APP = "com.example.news";

  private final IngestClient client;

  Provider(Pipeline pipeline) {
    client =
        new IngestClient(
            URI.create("http://" + pipeline.endpoint(TidingsService.INGEST_API, "http")),
            Optional.empty());
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
    Trace _ =
        client
            .awaitTrace(
                id,
                Duration.ofSeconds(30),
                trace -> trace.steps().stream().anyMatch(step -> step.name().equals("parked")))
            .orElseThrow(() -> new AssertionError("no trace of " + id));
  }

  @Override
  public void close() {
    client.close();
  }
}
