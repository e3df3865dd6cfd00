package dev.tidings.auth.device.jwt.keys;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A key set at a URL. Only a complete answer 200 of bounded size within a bounded time counts;
 * redirections are not followed. The addresses of its host are looked at each time, just before
 * they are used.
 */
public final class KeySetUrl implements KeySource {
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int OK = 200;

  private final URI uri;
  private final HostCheck check;
  private final HttpClient client;
  private final Duration timeout;

  public KeySetUrl(URI uri, HostCheck check, HttpClient client) {
    this(uri, check, client, TIMEOUT);
  }

  KeySetUrl(URI uri, HostCheck check, HttpClient client, Duration timeout) {
    this.uri = uri;
    this.check = check;
    this.client = client;
    this.timeout = timeout;
  }

  /** Returns a client for key sets; close it at the end. */
  public static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .connectTimeout(CONNECT_TIMEOUT)
        .build();
  }

  @Override
  public byte[] read() throws IOException, InterruptedException {
    if (!check.accepts(uri)) {
      throw new IOException(
          "a host that may not be asked so (expected: https, or a host in"
              + " auth.devices.trusted.hosts)");
    }
    check.addresses(uri, InetAddress.getAllByName(uri.getHost()));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), KeySource.MAX_BYTES));
    try {
      // The request's own time-out ends with the head of the response.
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != OK) {
        throw new IOException("status " + response.statusCode() + " (expected: 200)");
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + timeout, e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause()), e);
    } finally {
      answer.cancel(true);
    }
  }

  @Override
  public Duration every() {
    return EVERY;
  }

  @Override
  public Duration pause() {
    return PAUSE;
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
