package dev.tidings.e2e;

import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * What a service says of itself.
 *
 * @param service its name
 * @param address its management port
 */
record Management(String service, HostPort address) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  boolean isReady() {
    return get("/health/ready").statusCode() == 200;
  }

  /** Every check, and what is wrong. */
  String health() {
    return get("/health/ready").body();
  }

  String metrics() {
    return get("/metrics").body();
  }

  private HttpResponse<String> get(String path) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create("http://" + address + path))
              .timeout(Duration.ofSeconds(5))
              .build(),
          BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(service + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(service + path, e);
    }
  }
}
