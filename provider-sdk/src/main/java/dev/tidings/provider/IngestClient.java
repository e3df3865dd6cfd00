package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * A client of ingest-api over HTTP/2, with TLS for an {@code https} URL. Thread-safe; a call blocks
 * for at most ten seconds.
 */
public final class IngestClient implements AutoCloseable {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(25);

  private final URI url;
  private final Optional<Credential> credential;
  private final HttpClient http;
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
    this.url = url;
    this.credential = credential;
    this.http = http.version(HttpClient.Version.HTTP_2).connectTimeout(ANSWER_WITHIN).build();
  }

  /**
   * Sends a notification by Apple's protocol.
   *
   * @throws IOException if there is no response; the notification may have been accepted
   *     nevertheless
   */
  public SendAnswer send(PushRequest push) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request("/3/device/" + push.token())
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(push.payload()));
    push.headers().forEach(request::header);
    HttpResponse<String> response = answer(request.build());
    if (response.statusCode() == 200) {
      return new SendAnswer.Accepted(response.headers().firstValue("apns-id").orElse(""));
    }
    return new SendAnswer.Rejected(response.statusCode(), reason(response.body()));
  }

  /**
   * Sends a notification by the service's own interface, where an API key counts.
   *
   * @throws IOException if there is no response; the notification may have been accepted
   *     nevertheless
   */
  public SendAnswer send(NotificationRequest notification)
      throws IOException, InterruptedException {
    HttpRequest request =
        request("/v1/notifications")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(notification.toJson()))
            .build();
    HttpResponse<String> response = answer(request);
    if (response.statusCode() == 202) {
      return new SendAnswer.Accepted(json.readTree(response.body()).path("id").asText());
    }
    return new SendAnswer.Rejected(response.statusCode(), reason(response.body()));
  }

  /**
   * Returns the trace of a notification; empty if the service has none yet.
   *
   * @throws NotAuthorizedException if the service requires another credential
   */
  public Optional<Trace> trace(String id) throws IOException, InterruptedException {
    HttpRequest request = request("/v1/notifications/" + id).build();
    HttpResponse<String> response = answer(request);
    return switch (response.statusCode()) {
      case 200 -> Optional.of(Trace.read(json.readTree(response.body())));
      case 404 -> Optional.empty();
      default -> throw failure(response);
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
      boolean last = System.nanoTime() - start >= patience.toNanos();
      try {
        Optional<Trace> trace = trace(id);
        if (last || trace.filter(enough).isPresent()) {
          return trace;
        }
      } catch (TryLaterException e) {
        if (last) {
          throw e;
        }
      }
      Thread.sleep(LOOK_EVERY);
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
    HttpResponse<String> response = answer(request("/v1/audit").build());
    return switch (response.statusCode()) {
      case 200 -> {
        JsonNode read = json.readTree(response.body());
        List<String> missing = new ArrayList<>();
        read.path("notifications").forEach(each -> missing.add(each.path("id").asText()));
        yield new Audit(
            Instant.parse(read.path("until").asText()), read.path("complete").asBoolean(), missing);
      }
      default -> throw failure(response);
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
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    return replay(answer(request))
        .orElseThrow(() -> new NoAnswerException(url + " knows no replays"));
  }

  /** Returns a replay; empty if the service knows none of this id. */
  public Optional<Replay> replay(String id) throws IOException, InterruptedException {
    return replay(answer(request("/v1/replays/" + URLEncoder.encode(id, UTF_8)).build()));
  }

  /** Stops a replay; empty if the service knows none of this id. */
  public Optional<Replay> stopReplay(String id) throws IOException, InterruptedException {
    return replay(answer(request("/v1/replays/" + URLEncoder.encode(id, UTF_8)).DELETE().build()));
  }

  private Optional<Replay> replay(HttpResponse<String> response) throws IOException {
    return switch (response.statusCode()) {
      case 200, 202 -> Optional.of(Replay.read(json.readTree(response.body())));
      case 404 -> Optional.empty();
      default -> throw failure(response);
    };
  }

  private IOException failure(HttpResponse<String> response) {
    String reason = reason(response.body());
    return switch (response.statusCode()) {
      case 401, 403 -> new NotAuthorizedException(url.toString(), response.statusCode(), reason);
      case 429, 503 -> new TryLaterException(url + ": " + reason);
      default ->
          new NoAnswerException("%s answered %d: %s".formatted(url, response.statusCode(), reason));
    };
  }

  /** Sends a request; a failure is an exception with a message for people. */
  private HttpResponse<String> answer(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (HttpConnectTimeoutException e) {
      throw new NoAnswerException(url + " cannot be reached: no connection within 10 s", e);
    } catch (HttpTimeoutException e) {
      throw new NoAnswerException(url + " does not answer within 10 s", e);
    } catch (ConnectException e) {
      throw new NoAnswerException(
          isUnknownHost(e)
              ? url.getHost() + " is no host that is known here"
              : "cannot connect to " + url + ": is the service running there?",
          e);
    } catch (SSLException e) {
      throw new NoAnswerException(
          url + ": " + e.getMessage() + " (expected: TLS, with a certificate of a trusted CA)", e);
    } catch (IOException e) {
      throw new NoAnswerException(
          url + " does not speak HTTP as ingest-api does: " + e.getMessage(), e);
    }
  }

  private static boolean isUnknownHost(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER_WITHIN);
    credential.ifPresent(proof -> request.header("authorization", proof.authorization()));
    return request;
  }

  private String reason(String body) {
    try {
      JsonNode error = json.readTree(body);
      // A problem (RFC 9457) has a title and a detail, other errors a reason and a message.
      String reason = error.path("reason").asText(error.path("title").asText(body.strip()));
      String message = error.path("message").asText(error.path("detail").asText());
      return message.isEmpty() ? reason : reason + ", " + message;
    } catch (JsonProcessingException e) {
      return body.strip();
    }
  }

  @Override
  public String toString() {
    return "IngestClient[%s, %s]"
        .formatted(url, credential.map(Credential::toString).orElse("no credential"));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
