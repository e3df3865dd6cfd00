package dev.tidings.bench.run;

import dev.tidings.infra.pipeline.Instance;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Reads the services' metrics from their management ports. */
final class ServiceMetrics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Pipeline pipeline;

  ServiceMetrics(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Returns the sum of a meter over the running processes of a service. */
  double sum(TidingsService service, String meter) throws InterruptedException {
    double sum = 0;
    for (Instance instance : pipeline.instances(service)) {
      if (pipeline.process(instance).isAlive() && pipeline.find(instance).isPresent()) {
        sum += sum(pipeline.endpoint(instance, "management"), meter);
      }
    }
    return sum;
  }

  private double sum(HostPort management, String meter) throws InterruptedException {
    URI uri = URI.create("http://" + management + "/metrics");
    try {
      return http.send(
              HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(meter + "{") || line.startsWith(meter + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      // The process is starting or ending.
      return 0;
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
