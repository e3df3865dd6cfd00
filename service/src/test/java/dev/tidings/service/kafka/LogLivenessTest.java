package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Shows G86 of docs/guarantees.md. */
class LogLivenessTest {
  private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger answers = new AtomicInteger();
  private boolean away;
  private boolean failing;
  private final LogLiveness liveness =
      new LogLiveness(
          "k:9092",
          () -> {
            if (failing) {
              throw new KafkaException("no way");
            }
            if (away) {
              throw new ExecutionException(new TimeoutException("no node"));
            }
          },
          () -> {},
          answers::incrementAndGet,
          new ClockWatch(
              () -> BEGIN.plusNanos(now.get()),
              now::get,
              failure -> {
                throw new AssertionError(failure);
              },
              new SimpleMeterRegistry()),
          now::get,
          () -> BEGIN.plusNanos(now.get()));

  @Test
  void one_question_without_an_answer_is_no_outage() throws Exception {
    liveness.askOnce();
    away = true;
    pass(3);
    liveness.askOnce();

    assertThat(liveness.check()).isEqualTo(Health.healthy());
    assertThat(answers).hasValue(1);
  }

  @Test
  void a_log_that_is_away_is_told_within_ten_seconds_with_since_when_and_again_when_it_is_back()
      throws Exception {
    pass(5);
    liveness.askOnce();
    away = true;
    pass(8);
    liveness.askOnce();

    assertThat(liveness.check())
        .isEqualTo(
            Health.unhealthy(
                "no broker of k:9092 answers since 2030-01-01T00:00:05Z (8 s): no node"));

    away = false;
    liveness.askOnce();
    assertThat(liveness.check()).isEqualTo(Health.healthy());
  }

  @Test
  void a_question_that_can_not_even_be_asked_is_asked_again() throws Exception {
    failing = true;
    liveness.askOnce();
    pass(8);

    assertThat(liveness.check()).isInstanceOf(Health.Unhealthy.class);

    failing = false;
    liveness.askOnce();
    assertThat(liveness.check()).isEqualTo(Health.healthy());
  }

  @Test
  void a_question_that_hangs_is_no_answer() {
    pass(8);

    assertThat(liveness.check()).isInstanceOf(Health.Unhealthy.class);
  }

  private void pass(int seconds) {
    now.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }
}
