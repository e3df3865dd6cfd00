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
import javax.net.ssl.SSLException;

/**
 * Requests to a service, and what went wrong with them, told for people. Thread-safe.
 *
 * @param url of the service
 * @param credential what the provider proves itself by
 */
record IngestCalls(URI url, Optional<Credential> credential, HttpClient http, ObjectMapper json) {
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  IOException failure(HttpResponse<String> response) {
    return failure(response.statusCode(), response.body());
  }

  IOException failure(int status, String body) {
    String reason = reason(body);
    return switch (status) {
      case 401, 403 -> new NotAuthorizedException(url.toString(), status, reason);
      case 429, 503 -> new TryLaterException(url + ": " + reason);
      default -> new NoAnswerException("%s answered %d: %s".formatted(url, status, reason));
    };
  }

  /** Sends a request; a failure is an exception with a message for people. */
  HttpResponse<String> answer(HttpRequest request) throws IOException, InterruptedException {
    return answer(request, BodyHandlers.ofString());
  }

  <T> HttpResponse<T> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return http.send(request, handler);
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

  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWER_WITHIN);
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
