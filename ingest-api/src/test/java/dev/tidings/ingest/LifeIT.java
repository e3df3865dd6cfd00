package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.ingest.testing.Cluster;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LifeIT {
  @TempDir private static Path state;
  private static Cluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @Test
  void everything_answered_with_200_is_in_the_log_after_a_stop_in_full_swing() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    try (TestNode node = new TestNode(cluster, state.resolve("swing"))) {
      node.push("phone", "{}");
      for (int i = 0; i < 500; i++) {
        answers.add(node.pushAsync("phone" + i, "{}"));
      }
      node.lifecycle().close();
    }
    Set<String> accepted = new HashSet<>();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      // Those that came too late find the connection closed, or are told so.
      if (answer.isDone() && !answer.isCompletedExceptionally()) {
        assertThat(answer.join().statusCode()).isIn(200, 503);
        if (answer.join().statusCode() == 200) {
          accepted.add(answer.join().headers().firstValue("apns-id").orElseThrow());
        }
      }
    }
    Set<String> found = new HashSet<>();
    cluster
        .read(LogTopics.NOTIFICATIONS)
        .forEach(r -> found.add(cluster.decode(Notification.class, r.value()).getId()));
    assertThat(accepted).isNotEmpty();
    assertThat(found).containsAll(accepted);
  }

  @Test
  void a_broker_that_is_not_there_ends_the_start_with_one_line() {
    Config config =
        Config.of(
            IngestSettings.ALL,
            Map.of(
                "token.keys", "1:000102030405060708090a0b0c0d0e0f",
                "management.port", "0",
                "state.dir", state.resolve("none").toString(),
                "kafka.bootstrap.servers", "127.0.0.1:1",
                "start.timeout", "1s"));
    try (Lifecycle lifecycle =
        new Lifecycle("ingest-api", new PrintStream(OutputStream.nullOutputStream()))) {
      assertThatThrownBy(() -> IngestApi.start(config, lifecycle))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("broker 127.0.0.1:1 does not answer")
          .hasMessageContaining("given up after 1 s");
    }
  }

  @Test
  void token_keys_are_required_and_not_shown() {
    Config config = Config.of(IngestSettings.ALL, Map.of("token.keys", "1:secret"));
    try (Lifecycle lifecycle =
        new Lifecycle("ingest-api", new PrintStream(OutputStream.nullOutputStream()))) {
      assertThatThrownBy(() -> IngestApi.start(config, lifecycle))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("token.keys: (hidden) (expected: ID:HEX");
    }
  }

  @Test
  void the_development_ca_is_kept_and_its_key_is_for_the_owner_alone() throws Exception {
    Path directory = state.resolve("ca");
    String first = certificate(directory);

    assertThat(certificate(directory)).isEqualTo(first);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("tls/ca.key"))))
        .isEqualTo("rw-------");
  }

  private static String certificate(Path directory) throws Exception {
    try (TestNode node = new TestNode(cluster, directory)) {
      assertThat(node.endpoint("https")).isNotEmpty();
      return read(directory.resolve("tls/ca.pem"));
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
