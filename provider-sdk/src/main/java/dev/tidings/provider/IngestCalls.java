package dev.tidings.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a service, and what went wrong with them, told for people. Thread-safe.
 *
 * @param url of the service
 * @param credential what the provider proves itself by
 * @param answerWithin the time for a response, or for the head of a stream
 * @param places for the requests under way
 */
record IngestCalls(
    URI url,
    Optional<Credential> credential,
    HttpClient http,
    ObjectMapper json,
    Duration answerWithin,
    Semaphore places) {
  /** What servers and proxies take at once on a connection at least, by RFC 9113's advice. */
  static final int MOST_UNDER_WAY = 100;

  private static final Duration BEFORE_NEXT = Duration.ofMillis(20);

  /** So that the client's own time-outs, which know more, come first. */
  private static final Duration A_MOMENT = Duration.ofMillis(500);

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  IOException failure(HttpResponse<String> response) {
    return failure(response, response.body());
  }

  IOException failure(HttpResponse<?> response, String body) {
    int status = response.statusCode();
    String reason = reason(body);
    return switch (status) {
      case 401, 403 -> new NotAuthorizedException(url.toString(), status, reason);
      case 429, 503 -> new TryLaterException(url + ": " + reason, retryAfter(response));
      default -> new NoAnswerException("%s answered %d: %s".formatted(url, status, reason));
    };
  }

  /** After which the service wants to be asked again, if it says so. */
  static Optional<Duration> retryAfter(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("retry-after")
        .filter(SECONDS.asMatchPredicate())
        .map(seconds -> Duration.ofSeconds(Integer.parseInt(seconds)));
  }

  /** Sends a request; a failure is an exception with a message for people. */
  HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
    return answer(request, BodyHandlers.ofString());
  }

  <T> HttpResponse<T> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + answerWithin.plus(A_MOMENT).toNanos();
    if (!places.tryAcquire(answerWithin.toNanos(), TimeUnit.NANOSECONDS)) {
      throw tooMany();
    }
    try {
      while (true) {
        Optional<HttpResponse<T>> answer = sent(request, handler, end);
        if (answer.isPresent()) {
          return answer.get();
        }
        if (end - System.nanoTime() <= BEFORE_NEXT.toNanos()) {
          throw tooMany();
        }
        Thread.sleep(BEFORE_NEXT);
      }
    } finally {
      places.release();
    }
  }

  private TryLaterException tooMany() {
    return new TryLaterException(
        url + ": too many requests are under way, this one was not sent", Optional.empty());
  }

  /** Returns the response; empty if the request was not sent, for the connection has no room. */
  private <T> Optional<HttpResponse<T>> sent(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, long end)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<T>> answer = http.sendAsync(request, handler);
    try {
      // The request's own time-out ends with the head of the response.
      return Optional.of(answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      throw new NoAnswerException(url + " does not answer" + inTime());
    } catch (ExecutionException e) {
      if (isUnsent(e)) {
        return Optional.empty();
      }
      throw noAnswer(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  /**
   * The JDK's client does not wait for a stream of its connection to end where the service takes no
   * more of them, as it does until the first request has proved who sends it (JDK-8225647). It says
   * so in words alone.
   */
  private static boolean isUnsent(Throwable failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException
          && "too many concurrent streams".equals(cause.getMessage())) {
        return true;
      }
    }
    return false;
  }

  private NoAnswerException noAnswer(@Nullable Throwable failure) {
    return switch (failure) {
      case HttpConnectTimeoutException e ->
          new NoAnswerException(url + " cannot be reached: no connection" + inTime(), e);
      case HttpTimeoutException e -> new NoAnswerException(url + " does not answer" + inTime(), e);
      case ConnectException e ->
          new NoAnswerException(
              isUnknownHost(e)
                  ? url.getHost() + " is no host that is known here"
                  : "cannot connect to " + url + ": is the service running there?",
              e);
      case SSLException e ->
          new NoAnswerException(
              url + ": " + e.getMessage() + " (expected: TLS, with a certificate of a trusted CA)",
              e);
      case IOException e ->
          new NoAnswerException(
              url + " does not speak HTTP as ingest-api does: " + e.getMessage(), e);
      case null, default -> new NoAnswerException(url + ": " + failure);
    };
  }

  private String inTime() {
    return " within " + answerWithin.toSeconds() + " s";
  }

  private static boolean isUnknownHost(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(answerWithin);
    credential.ifPresent(proof -> request.header("authorization", proof.authorization()));
    return request;
  }

  String reason(String body) {
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
}
