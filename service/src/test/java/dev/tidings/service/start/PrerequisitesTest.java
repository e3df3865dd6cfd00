package dev.tidings.service.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shows G84 of docs/guarantees.md. */
class PrerequisitesTest {
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final Prerequisites start = new Prerequisites(Duration.ofSeconds(20));
  private HttpServer server;
  private RegistryClient registry;

  private record Answer(int status, String body) {}

  @BeforeEach
  void aRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          Answer answer = answers.remove();
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.status(), body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    registry = new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, url)));
  }

  @AfterEach
  void stop() {
    registry.close();
    server.stop(0);
  }

  @Test
  void a_registry_that_is_still_starting_is_waited_for_whatever_it_says() throws Exception {
    answers.add(new Answer(404, "no such page"));
    answers.add(new Answer(409, "{\"error_code\":409,\"message\":\"busy\"}"));
    answers.add(new Answer(404, "{\"error_code\":40401,\"message\":\"Subject not found\"}"));
    answers.add(new Answer(200, "{\"id\":1}"));

    start.awaitSchemas(registry, List.of(LogTopics.NOTIFICATIONS));

    assertThat(answers).isEmpty();
    assertThat(start.waitingFor()).isEmpty();
  }

  /** Of a service that is started while its machine is busy, most of the time has gone by then. */
  @Test
  void what_was_waited_for_before_takes_no_time_from_work_that_makes_progress() throws Exception {
    AtomicLong now = new AtomicLong();
    Prerequisites waiting = new Prerequisites(Duration.ofSeconds(10), now::get);
    now.addAndGet(Duration.ofSeconds(12).toNanos());
    AtomicLong polls = new AtomicLong();

    waiting.await(
        () -> {
          now.addAndGet(Duration.ofSeconds(3).toNanos());
          return polls.incrementAndGet() < 3
              ? Optional.of("deliveries has not been read yet")
              : Optional.empty();
        },
        () -> 7);

    assertThat(waiting.waitingFor()).isEmpty();
  }

  @Test
  void work_that_makes_progress_is_waited_for_however_long_it_takes() throws Exception {
    AtomicLong now = new AtomicLong();
    Prerequisites waiting = new Prerequisites(Duration.ofSeconds(10), now::get);
    AtomicLong restored = new AtomicLong();

    waiting.await(
        () -> {
          now.addAndGet(Duration.ofSeconds(6).toNanos());
          return restored.incrementAndGet() < 8
              ? Optional.of(restored + " of 8 restored")
              : Optional.empty();
        },
        restored::get);

    assertThat(restored).hasValue(8);
  }

  @Test
  void work_that_stands_still_is_not() {
    AtomicLong now = new AtomicLong();
    Prerequisites waiting = new Prerequisites(Duration.ofSeconds(10), now::get);

    assertThatThrownBy(() ->
            waiting.await(
                () -> {
                  now.addAndGet(Duration.ofSeconds(6).toNanos());
                  return Optional.of("3 of 8 restored");
                },
                () -> 3))
        .hasMessageContaining("3 of 8 restored")
        .hasMessageContaining("10 s");
  }

  @Test
  void one_that_refuses_these_credentials_or_this_schema_is_not() {
    for (Answer refusal :
        List.of(
            new Answer(401, ""),
            new Answer(422, "{\"error_code\":42201,\"message\":\"invalid schema\"}"))) {
      answers.add(refusal);

      assertThatThrownBy(() -> start.awaitSchemas(registry, List.of(LogTopics.NOTIFICATIONS)))
          .isInstanceOf(RegistryException.Refused.class);
    }
  }

  @Test
  void what_is_still_missing_when_the_time_is_over_is_named() {
    assertThatThrownBy(() -> new Prerequisites(Duration.ZERO).await(() -> Optional.of("the sea")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the sea");
  }
}
