package dev.tidings.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G61, G63 and G86 of docs/guarantees.md. */
final class LogAwayIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void readiness_tells_what_topics_lose_that_partitions_were_added_and_that_no_broker_answers()
      throws Exception {
    try (Cluster cluster = new Cluster();
        ServiceProcess process = Processors.start(cluster, directory.resolve("state"), Map.of())) {
      process.awaitReady();
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(health(process)).startsWith("{\"status\":\"UP\""));

      cluster.configure(LogTopics.REGISTRATIONS, "cleanup.policy", "delete");
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(health(process))
                  .contains("tidings.registrations: cleanup.policy: delete (expected: compact)"));
      cluster.configure(LogTopics.REGISTRATIONS, "cleanup.policy", "compact");
      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(health(process)).startsWith("{\"status\":\"UP\""));

      cluster.extend(LogTopics.DEAD_LETTERS, Cluster.PARTITIONS + 1);
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(health(process))
                  .contains(
                      "tidings.dead-letters: partitions: %d (expected: %d)"
                          .formatted(Cluster.PARTITIONS + 1, Cluster.PARTITIONS)));

      cluster.stopBroker();
      await()
          .atMost(LONG)
          .untilAsserted(() ->
              assertThat(health(process))
                  .contains("no broker of " + cluster.bootstrapServers() + " answers since"));
    }
  }

  @Test
  void damaged_tables_are_thrown_away_and_restored() throws Exception {
    Path state = directory.resolve("state");
    try (Cluster cluster = new Cluster()) {
      try (ServiceProcess process = Processors.start(cluster, state, Map.of())) {
        process.awaitReady();
        assertThat(process.stop()).isZero();
      }
      List<Path> current = files(state, "CURRENT");
      assertThat(current).isNotEmpty();
      for (Path file : current) {
        Files.write(file, new byte[0]);
      }
      try (ServiceProcess process = Processors.start(cluster, state, Map.of())) {
        process.awaitReady();
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(health(process)).startsWith("{\"status\":\"UP\""));
      }
      List<Path> checkpoints = files(state, ".checkpoint");
      for (Path file : checkpoints) {
        Files.writeString(file, "garbage");
      }
      try (ServiceProcess process = Processors.start(cluster, state, Map.of())) {
        process.awaitReady();
        await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(health(process)).startsWith("{\"status\":\"UP\""));
      }
    }
  }

  private static String health(ServiceProcess process) throws Exception {
    URI uri = URI.create("http://" + process.endpoint("management") + "/health/ready");
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static List<Path> files(Path directory, String name) throws Exception {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.getFileName().toString().equals(name)).toList();
    }
  }
}
