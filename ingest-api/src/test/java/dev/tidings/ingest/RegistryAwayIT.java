package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.testing.ServiceProcess;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RegistryAwayIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir private Path state;
  private Cluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new Cluster();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void at_start_it_is_waited_for_and_readiness_says_so() throws Exception {
    cluster.registry().failNext(Integer.MAX_VALUE);
    Path log = state.resolve("log");
    Map<String, String> settings = new HashMap<>(TestNode.settings(cluster, state));
    settings.put("start.timeout", "5m");

    try (ServiceProcess process = new ServiceProcess(IngestApi.class.getName(), log, settings)) {
      await().atMost(SOON).until(() -> Files.readString(log).contains("waiting, at most"));
      assertThat(ready(process).statusCode()).isEqualTo(503);
      // On a busy host it may wait for the broker first.
      await()
          .atMost(SOON)
          .untilAsserted(() ->
              assertThat(ready(process).body())
                  .contains("waiting: ")
                  .contains(cluster.registryUrl()));
      assertThat(process.isReady()).isFalse();

      cluster.registry().failNext(0);

      assertThat(process.awaitReady()).startsWith("READY ingest-api");
      await().atMost(SOON).until(() -> ready(process).statusCode() == 200);
    }
  }

  @Test
  void later_what_is_known_goes_on_and_what_is_not_waits() throws Exception {
    byte[] revocation;
    try (RegistryClient schemas =
            new RegistryClient(
                RegistryConfig.of(Map.of(RegistryConfig.URL, cluster.registryUrl())));
        AvroSerializer<Revocation> values = new AvroSerializer<>(schemas)) {
      revocation = values.serialize(LogTopics.REVOCATIONS.name(), new Revocation(42L, "lost"));
    }
    try (TestNode node = new TestNode(cluster, state)) {
      await().until(() -> node.get("management", "/health/ready").statusCode() == 200);
      int before = cluster.registry().requests();
      cluster.registry().failNext(Integer.MAX_VALUE);

      cluster.appendBytes(LogTopics.REVOCATIONS, TestNode.token("lost").key(), revocation);

      await().atMost(SOON).until(() -> cluster.registry().requests() > before);
      assertThat(node.push("phone", "{}").statusCode()).isEqualTo(200);
      assertThat(node.get("management", "/metrics").body())
          .contains("tidings_ingest_revocations_unreadable_total{service=\"ingest-api\"} 0.0");

      cluster.registry().failNext(0);
      await().atMost(SOON).until(() -> node.push("lost", "{}").statusCode() == 410);
    }
  }

  private static HttpResponse<String> ready(ServiceProcess process) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://" + process.management().orElseThrow() + "/health/ready");
      return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
