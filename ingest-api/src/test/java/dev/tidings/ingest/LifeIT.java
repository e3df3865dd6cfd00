package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows G1 and G90 of docs/guarantees.md. */
@Timeout(60)
class LifeIT {
  private static final int GONE = 0;

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
    assertThat(accepted).isNotEmpty();
    assertThat(ids()).containsAll(accepted);
  }

  @Test
  void under_load_a_stop_answers_everybody_and_breaks_no_connection() throws Exception {
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    List<String> unanswered = new CopyOnWriteArrayList<>();
    List<Integer> last = new CopyOnWriteArrayList<>();
    List<Thread> providers = new ArrayList<>();
    try (TestNode node = new TestNode(cluster, state.resolve("load"))) {
      URI uri =
          URI.create(
              "http://" + node.endpoint("http") + "/3/device/" + TestNode.token("phone").hex());
      for (int i = 0; i < 8; i++) {
        providers.add(Thread.ofVirtual().start(() -> send(uri, accepted, last, unanswered)));
      }
      await().until(() -> accepted.size() > 200);

      node.lifecycle().close();
    }
    for (Thread provider : providers) {
      provider.join();
    }

    assertThat(unanswered).isEmpty();
    assertThat(last).hasSize(8).allMatch(status -> status == 503 || status == GONE);
    assertThat(ids()).containsAll(accepted);
  }

  /** One request after the other, until the server asks to go elsewhere or listens no more. */
  private static void send(
      URI uri, Set<String> accepted, List<Integer> last, List<String> unanswered) {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("apns-topic", TestNode.APP)
            .POST(BodyPublishers.ofString("{}"))
            .build();
    HttpRequest first = HttpRequest.newBuilder(uri.resolve("/openapi.json")).build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      // Goes over to HTTP/2, as no request with a body does.
      http.send(first, BodyHandlers.discarding());
      while (true) {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          last.add(answer.statusCode());
          return;
        }
        accepted.add(answer.headers().firstValue("apns-id").orElseThrow());
      }
    } catch (ConnectException e) {
      last.add(GONE);
    } catch (IOException e) {
      unanswered.add(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Set<String> ids() {
    Set<String> found = new HashSet<>();
    cluster
        .read(LogTopics.NOTIFICATIONS)
        .forEach(r -> found.add(cluster.decode(Notification.class, r.value()).getId()));
    return found;
  }

  @Test
  void a_broker_that_is_not_there_ends_the_start_with_one_line() throws Exception {
    Map<String, String> settings =
        new HashMap<>(TestCertificate.settings(state.resolve("none/tls")));
    settings.putAll(
        Map.of(
            "token.keys", "1:000102030405060708090a0b0c0d0e0f",
            "management.port", "0",
            "bind.address", "localhost",
            "state.dir", state.resolve("none").toString(),
            "kafka.bootstrap.servers", "127.0.0.1:1",
            "start.timeout", "1s"));
    Config config = Config.of(IngestSettings.ALL, settings);
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
  void a_key_without_a_certificate_is_refused_and_how_to_get_one_is_said() {
    Config config =
        Config.of(
            IngestSettings.ALL,
            Map.of("token.keys", "1:000102030405060708090a0b0c0d0e0f", "tls.key", "server.key"));
    try (Lifecycle lifecycle =
        new Lifecycle("ingest-api", new PrintStream(OutputStream.nullOutputStream()))) {
      assertThatThrownBy(() -> IngestApi.start(config, lifecycle))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              "tls.certificate: \"\" (expected: PEM files in tls.certificate and tls.key; for"
                  + " development ./tidings certs makes both)");
    }
  }
}
