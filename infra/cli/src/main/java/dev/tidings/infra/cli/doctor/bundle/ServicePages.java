package dev.tidings.infra.cli.doctor.bundle;

import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/**
 * What services tell at their management ports: their metrics and their health.
 *
 * @param services where each tells it, by name
 */
record ServicePages(Map<String, HostPort> services) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  void addTo(Archive archive) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
      for (Map.Entry<String, HostPort> service : services.entrySet()) {
        String name = service.getKey().replaceAll("[^\\w.-]", "-");
        archive.add("metrics/" + name + ".txt", page(http, service.getValue(), "/metrics"));
        archive.add("health/" + name + ".json", page(http, service.getValue(), "/health"));
      }
    }
  }

  private static String page(HttpClient http, HostPort at, String path)
      throws InterruptedException {
    try {
      URI uri = URI.create("http://" + at + path);
      return http.send(
              HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString())
          .body();
    } catch (IOException | IllegalArgumentException e) {
      return "no answer from " + at + ": " + e.getMessage() + "\n";
    }
  }
}
