package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.schemas.testing.Cluster;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shows G4 of docs/guarantees.md. */
@Timeout(90)
class OverloadIT {
  private static final String PAYLOAD = "{\"a\":\"" + "x".repeat(4000) + "\"}";

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
  void more_than_may_be_in_flight_get_429_and_the_others_503_when_their_time_is_over()
      throws Exception {
    try (TestNode node =
        new TestNode(
            cluster, state.resolve("a"), Map.of("max.in.flight", "8", "delivery.timeout", "6s"))) {
      assertThat(node.push("phone", PAYLOAD).statusCode()).isEqualTo(200);

      CompletableFuture<HttpResponse<String>> first = stall(node);
      List<CompletableFuture<HttpResponse<String>>> answers = send(node, 19);
      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).join();
      cluster.throttle(false);

      assertThat(answers.stream().map(answer -> answer.join().body()))
          .containsOnly("{\"reason\":\"TooManyRequests\"}", "{\"reason\":\"ServiceUnavailable\"}");
      assertThat(first.join().statusCode()).isEqualTo(503);
      assertThat(answers.stream().filter(answer -> answer.join().statusCode() == 503)).hasSize(7);
      assertThat(answers.stream().filter(answer -> answer.join().statusCode() == 429)).hasSize(12);
      assertThat(answers)
          .allSatisfy(answer -> {
            assertThat(answer.join().headers().firstValue("retry-after")).contains("1");
            assertThat(answer.join().headers().firstValue("apns-id")).isPresent();
          });
    }
  }

  @Test
  void a_full_buffer_is_said_at_once() throws Exception {
    try (TestNode node =
        new TestNode(
            cluster,
            state.resolve("b"),
            Map.of("producer.buffer", "256k", "delivery.timeout", "15s"))) {
      assertThat(node.push("phone", PAYLOAD).statusCode()).isEqualTo(200);

      CompletableFuture<HttpResponse<String>> first = stall(node);
      List<CompletableFuture<HttpResponse<String>>> answers = send(node, 150);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> answers.stream().anyMatch(CompletableFuture::isDone));
      HttpResponse<String> refused =
          answers.stream().filter(CompletableFuture::isDone).findFirst().orElseThrow().join();
      cluster.throttle(false);

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.body()).isEqualTo("{\"reason\":\"ServiceUnavailable\"}");
      assertThat(refused.headers().firstValue("retry-after")).contains("1");
      assertThat(first).isNotDone();
      assertThat(answers).anyMatch(answer -> !answer.isDone());
    }
  }

  @Test
  void without_a_broker_nobody_waits_for_ever() throws Exception {
    try (Cluster doomed = new Cluster();
        TestNode node =
            new TestNode(doomed, state.resolve("c"), Map.of("delivery.timeout", "2s"))) {
      assertThat(node.push("phone", PAYLOAD).statusCode()).isEqualTo(200);

      doomed.stopBroker();

      HttpResponse<String> answer = node.push("phone", PAYLOAD);
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("retry-after")).contains("1");
    }
  }

  /**
   * Stalls the log; what comes back waits for it, and not for a machine that is slow. Less than the
   * time within which the log has to take it.
   */
  private static CompletableFuture<HttpResponse<String>> stall(TestNode node) throws Exception {
    cluster.throttle(true);
    while (true) {
      CompletableFuture<HttpResponse<String>> answer = node.pushAsync("phone", PAYLOAD);
      try {
        answer.get(1_500, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        return answer;
      }
    }
  }

  private static List<CompletableFuture<HttpResponse<String>>> send(TestNode node, int count) {
    return IntStream.range(0, count).mapToObj(i -> node.pushAsync("phone" + i, PAYLOAD)).toList();
  }
}
