package dev.tidings.service.lifecycle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows G89 of docs/guarantees.md. */
@Timeout(30)
class LifecycleTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Lifecycle lifecycle =
      new Lifecycle("ingest-api", new PrintStream(out, true, UTF_8));
  private final List<String> stopped = new CopyOnWriteArrayList<>();

  @Test
  void what_was_started_last_is_stopped_first() {
    lifecycle.onStop("kafka", LONG, () -> stopped.add("kafka"));
    lifecycle.onStop("http", LONG, () -> stopped.add("http"));
    lifecycle.onStop("readiness", LONG, () -> stopped.add("readiness"));

    lifecycle.requestStop();

    assertThat(lifecycle.awaitStop()).isZero();
    assertThat(stopped).containsExactly("readiness", "http", "kafka");
  }

  @Test
  void steps_in_their_declared_order_run_in_it() {
    lifecycle.stopIn(StopOrder.of("readiness", "http", "producer", "kafka"));
    lifecycle.onStop("kafka", LONG, () -> stopped.add("kafka"));
    lifecycle.onStop("http", LONG, () -> stopped.add("http"));
    lifecycle.onStop("readiness", LONG, () -> stopped.add("readiness"));

    lifecycle.close();

    assertThat(stopped).containsExactly("readiness", "http", "kafka");
  }

  @Test
  void a_part_for_which_no_thread_can_be_started_is_stopped_nevertheless() {
    StopStep step =
        new StopStep(
            "http",
            LONG,
            () -> stopped.add("http"),
            task ->
                new Thread(task) {
                  @Override
                  public void start() {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                });

    step.run();

    assertThat(stopped).containsExactly("http");
  }

  @Test
  void a_step_that_would_run_too_early_is_refused_when_its_part_is_started() {
    lifecycle.stopIn(StopOrder.of("readiness", "http", "producer", "kafka"));
    lifecycle.onStop("http", LONG, () -> {});

    for (String step : List.of("kafka", "producer", "http")) {
      assertThatThrownBy(() -> lifecycle.onStop(step, LONG, () -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("stop step: " + step + ", which would run before http")
          .hasMessageContaining("(expected: [readiness, http, producer, kafka])");
    }
  }

  @Test
  void a_step_that_the_declared_order_does_not_have_is_refused() {
    lifecycle.stopIn(StopOrder.of("readiness", "http"));

    assertThatThrownBy(() -> lifecycle.onStop("cache", LONG, () -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("stop step: cache (expected: one of [readiness, http])");
  }

  @Test
  void nothing_is_stopped_before_it_is_asked_for() {
    lifecycle.onStop("http", LONG, () -> stopped.add("http"));
    CompletableFuture<Integer> exitCode = CompletableFuture.supplyAsync(lifecycle::awaitStop);
    assertThat(lifecycle.isStopping()).isFalse();
    assertThat(exitCode).isNotDone();
    assertThat(stopped).isEmpty();

    lifecycle.requestStop();

    assertThat(exitCode).succeedsWithin(LONG).isEqualTo(0);
    assertThat(stopped).containsExactly("http");
  }

  @Test
  void an_error_that_nobody_caught_ends_the_service_whosever_thread_it_was() {
    lifecycle.died(new Thread("any"), new IllegalStateException("a request's own"));
    lifecycle.died(new Thread("any"), new StackOverflowError());
    assertThat(lifecycle.isStopping()).isFalse();

    lifecycle.died(new Thread("any"), new NoClassDefFoundError("a.B"));
    assertThat(lifecycle.awaitStop()).isEqualTo(1);
  }

  @Test
  void every_death_is_passed_on_whatever_follows_from_it() {
    List<String> deaths = new CopyOnWriteArrayList<>();
    lifecycle.onDeath(thread -> deaths.add(thread.getName()));

    lifecycle.died(new Thread("of a request"), new IllegalStateException("its own"));
    lifecycle.clientDied(new Thread("of a client"), new IllegalStateException("slip"));

    assertThat(deaths).containsExactly("of a request", "of a client");
  }

  @Test
  void a_thread_that_everything_hangs_on_ends_the_service_whatever_it_died_of() {
    lifecycle.vital("log-writer");
    lifecycle.died(new Thread("log-writer"), new IllegalStateException("slip"));

    assertThat(lifecycle.awaitStop()).isEqualTo(1);
  }

  @Test
  void a_step_that_takes_longer_than_its_time_is_interrupted_and_left_behind() {
    CountDownLatch interrupted = new CountDownLatch(1);
    lifecycle.onStop("kafka", LONG, () -> stopped.add("kafka"));
    lifecycle.onStop(
        "http",
        Duration.ofMillis(50),
        () -> {
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });

    lifecycle.close();

    assertThat(stopped).containsExactly("kafka");
    await().until(() -> interrupted.getCount() == 0);
  }

  @Test
  void a_step_that_fails_does_not_keep_the_others_from_running() {
    lifecycle.onStop("kafka", LONG, () -> stopped.add("kafka"));
    lifecycle.onStop(
        "disk",
        LONG,
        () -> {
          throw new AssertionError("broken");
        });
    lifecycle.onStop(
        "http",
        LONG,
        () -> {
          throw new IOException("broken");
        });

    lifecycle.requestStop();

    assertThat(lifecycle.awaitStop()).isZero();
    assertThat(stopped).containsExactly("kafka");
  }

  @Test
  void each_step_runs_once_and_whoever_comes_second_waits_for_it() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    lifecycle.onStop(
        "http",
        LONG,
        () -> {
          running.countDown();
          finish.await();
          stopped.add("http");
        });
    CompletableFuture<Void> first = CompletableFuture.runAsync(lifecycle::close);
    assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<Void> second = CompletableFuture.runAsync(lifecycle::close);
    assertThat(second).isNotDone();

    finish.countDown();

    assertThat(second).succeedsWithin(LONG);
    assertThat(first).succeedsWithin(LONG);
    assertThat(stopped).containsExactly("http");
  }

  @Test
  void what_is_started_while_stopping_is_still_stopped() {
    lifecycle.close();
    lifecycle.onStop("late", LONG, () -> stopped.add("late"));

    assertThat(lifecycle.awaitStop()).isZero();
    assertThat(stopped).containsExactly("late");
  }

  @Test
  void a_piece_that_cannot_go_on_stops_the_service_with_1() {
    RuntimeException first = new IllegalStateException("the store is gone");
    lifecycle.onStop("http", LONG, () -> stopped.add("http"));

    lifecycle.fail(first);
    lifecycle.fail(new IllegalStateException("so am I"));

    assertThat(lifecycle.isStopping()).isTrue();
    assertThat(lifecycle.awaitStop()).isEqualTo(1);
    assertThat(lifecycle.failure()).containsSame(first);
    assertThat(stopped).containsExactly("http");
  }

  @Test
  void a_piece_that_fails_while_stopping_makes_the_exit_code_1() {
    lifecycle.onStop("flush", LONG, () -> lifecycle.fail(new IllegalStateException("lost")));

    lifecycle.requestStop();

    assertThat(lifecycle.awaitStop()).isEqualTo(1);
  }

  @Test
  void an_interrupt_of_the_waiting_thread_is_an_orderly_stop() {
    lifecycle.onStop("http", LONG, () -> stopped.add("http"));
    Thread.currentThread().interrupt();

    assertThat(lifecycle.awaitStop()).isZero();
    assertThat(stopped).containsExactly("http");
  }

  @Test
  void the_ready_line_has_the_endpoints_in_alphabetical_order() {
    Map<String, String> endpoints = new LinkedHashMap<>();
    endpoints.put("management", "127.0.0.1:9101");
    endpoints.put("http", "127.0.0.1:8080");

    lifecycle.started(endpoints);

    assertThat(out.toString(UTF_8))
        .isEqualToIgnoringNewLines(
            "READY ingest-api http=127.0.0.1:8080 management=127.0.0.1:9101\n");
  }

  @Test
  void the_ready_line_of_a_service_without_endpoints_is_its_name() {
    lifecycle.started(Map.of());

    assertThat(out.toString(UTF_8)).isEqualToIgnoringNewLines("READY ingest-api\n");
  }
}
