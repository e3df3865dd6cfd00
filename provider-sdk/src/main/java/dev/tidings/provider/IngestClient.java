package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * A client of ingest-api over HTTP/2, with TLS for an {@code https} URL. Thread-safe; a call blocks
 * for about ten seconds at most.
 */
public final class IngestClient implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);
  private static final int MOST_OF_A_PROBLEM = 64 * 1024;

  private final IngestCalls calls;
  private final ObjectMapper json = JsonMapper.builder().build();

  /**
   * Creates a client of the service at {@code url}.
   *
   * @param credential what the provider proves itself by, if the service requires it
   * @throws UnprotectedCredentialException if it would go to another machine by {@code http}
   */
  public IngestClient(URI url, Optional<Credential> credential) {
    this(url, credential, HttpClient.newBuilder());
  }

  /**
   * Creates a client of the service at {@code url}.
   *
   * @param credential what the provider proves itself by, if the service requires it
   * @param ca certificates in PEM to trust instead of those that Java trusts
   * @throws IOException if the file contains none
   * @throws UnprotectedCredentialException if the credential would go to another machine by {@code
   *     http}
   */
  public IngestClient(URI url, Optional<Credential> credential, Optional<Path> ca)
      throws IOException {
    this(
        url,
        credential,
        ca.isPresent()
            ? HttpClient.newBuilder().sslContext(TrustedCertificates.of(ca.get()))
            : HttpClient.newBuilder());
  }

  private IngestClient(URI url, Optional<Credential> credential, HttpClient.Builder http) {
    credential.ifPresent(proof -> proof.requireProtected(url));
    HttpClient client =
        http.version(HttpClient.Version.HTTP_2).connectTimeout(ANSWER_WITHIN).build();
    this.calls =
        new IngestCalls(
            base(url),
            credential,
            client,
            json,
            ANSWER_WITHIN,
            new Semaphore(IngestCalls.MOST_UNDER_WAY));
  }

  /** Paths begin with a slash: one at the end of the URL would be the second. */
  private static URI base(URI url) {
    String text = url.toString();
    return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
  }

  /** Tokens and ids may be anybody's: none leads to another path. */
  private static String segment(String text) {
    return URLEncoder.encode(text, UTF_8).replace(".", "%2E");
  }

  /**
   * Sends a notification by Apple's protocol.
   *
   * @throws IOException if there is no response; the notification may have been accepted
   *     nevertheless, so it is repeated with the same {@code apns-id}
   */
  public SendAnswer send(PushRequest push) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        calls
            .request("/3/device/" + segment(push.token()))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(push.payload()));
    push.headers().forEach(request::header);
    HttpResponse<String> response = calls.answer(request.build());
    if (response.statusCode() == 200) {
      return new SendAnswer.Accepted(response.headers().firstValue("apns-id").orElse(""));
    }
    return rejected(response);
  }

  /**
   * Sends a notification by the service's own interface, where an API key counts.
   *
   * @throws IOException if there is no response; the notification may have been accepted
   *     nevertheless, so it is repeated with the same id
   */
  public SendAnswer send(NotificationRequest notification)
      throws IOException, InterruptedException {
    HttpRequest request =
        calls
            .request("/v1/notifications")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(notification.toJson()))
            .build();
    HttpResponse<String> response = calls.answer(request);
    if (response.statusCode() == 202) {
      return new SendAnswer.Accepted(json.readTree(response.body()).path("id").asText());
    }
    return rejected(response);
  }

  private SendAnswer rejected(HttpResponse<String> response) {
    return new SendAnswer.Rejected(
        response.statusCode(), calls.reason(response.body()), IngestCalls.retryAfter(response));
  }

  /**
   * Returns the trace of a notification; empty if the service has none yet.
   *
   * @throws NotAuthorizedException if the service requires another credential
   */
  public Optional<Trace> trace(String id) throws IOException, InterruptedException {
    HttpRequest request = calls.request("/v1/notifications/" + segment(id)).build();
    HttpResponse<String> response = calls.answer(request);
    return switch (response.statusCode()) {
      case 200 -> Optional.of(Trace.read(json.readTree(response.body())));
      case 404 -> Optional.empty();
      default -> throw calls.failure(response);
    };
  }

  /**
   * Requests the trace until it satisfies {@code enough} or the time is over. Returns the last one
   * received.
   */
  public Optional<Trace> awaitTrace(String id, Duration patience, Predicate<Trace> enough)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      Duration left = patience.minusNanos(System.nanoTime() - start);
      boolean last = !left.isPositive();
      Duration pause = LOOK_EVERY;
      try {
        Optional<Trace> trace = trace(id);
        if (last || trace.filter(enough).isPresent()) {
          return trace;
        }
      } catch (TryLaterException e) {
        if (last) {
          throw e;
        }
        Duration asked = e.retryAfter().orElse(LOOK_EVERY);
        pause = asked.compareTo(left) < 0 ? asked : left;
      }
      Thread.sleep(pause);
    }
  }

  /**
   * What the service's own audit has found.
   *
   * @param until what was accepted later is not audited yet
   * @param complete whether all that is missing is told
   * @param missing the ids of accepted notifications of which it cannot tell what became, a hundred
   *     at most
   */
  public record Audit(Instant until, boolean complete, List<String> missing) {
    public Audit {
      missing = List.copyOf(missing);
    }
  }

  /**
   * Returns what the service's own audit has found, of all apps that may be read.
   *
   * @throws NotAuthorizedException if the service requires another credential
   * @throws TryLaterException if it is not known now
   */
  public Audit audit() throws IOException, InterruptedException {
    HttpResponse<String> response = calls.answer(calls.request("/v1/audit").build());
    return switch (response.statusCode()) {
      case 200 -> {
        JsonNode read = json.readTree(response.body());
        List<String> missing = new ArrayList<>();
        read.path("notifications").forEach(each -> missing.add(each.path("id").asText()));
        yield new Audit(
            Instant.parse(read.path("until").asText()), read.path("complete").asBoolean(), missing);
      }
      default -> throw calls.failure(response);
    };
  }

  /**
   * Orders a replay, or counts what it would send.
   *
   * @param path that of a device's replays, or of an app's
   * @param body what is to be sent again, as JSON
   * @throws NotAuthorizedException if the service requires another credential
   * @throws TryLaterException if there are too many, or it is not known whether the log has it
   */
  public Replay replay(String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        calls
            .request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return replay(calls.answer(request))
        .orElseThrow(() -> new NoAnswerException(calls.url() + " knows no replays"));
  }

  /** Returns a replay; empty if the service knows none of this id. */
  public Optional<Replay> replay(String id) throws IOException, InterruptedException {
    return replay(calls.answer(calls.request("/v1/replays/" + segment(id)).build()));
  }

  /** Stops a replay; empty if the service knows none of this id. */
  public Optional<Replay> stopReplay(String id) throws IOException, InterruptedException {
    return replay(calls.answer(calls.request("/v1/replays/" + segment(id)).DELETE().build()));
  }

  private Optional<Replay> replay(HttpResponse<String> response) throws IOException {
    return switch (response.statusCode()) {
      case 200, 202 -> Optional.of(Replay.read(json.readTree(response.body())));
      case 404 -> Optional.empty();
      default -> throw calls.failure(response);
    };
  }

  /**
   * Opens the stream of an app's receipts, which goes on by itself until it is closed; a credential
   * that is refused is told by its first event.
   */
  public ReceiptStream receipts(String app, ReceiptStart start) {
    return new ReceiptStream(from -> open(from.path(app)), start);
  }

  private InputStream open(String path) throws IOException, InterruptedException {
    HttpRequest request = calls.request(path).header("accept", "text/event-stream").build();
    HttpResponse<InputStream> response = calls.answer(request, BodyHandlers.ofInputStream());
    if (response.statusCode() == 200) {
      return response.body();
    }
    try (InputStream body = response.body()) {
      String problem = new String(body.readNBytes(MOST_OF_A_PROBLEM), UTF_8);
      throw response.statusCode() == 400
          ? new RefusedStreamException(calls.url() + ": " + calls.reason(problem))
          : calls.failure(response, problem);
    }
  }

  @Override
  public String toString() {
    return "IngestClient[%s, %s]"
        .formatted(
            calls.url(), calls.credential().map(Credential::toString).orElse("no credential"));
  }

  @Override
  public void close() {
    calls.http().shutdownNow();
  }
}
