package dev.tidings.service.kafka;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

/** Shows G86 and G89 of docs/guarantees.md. */
class StreamThreadRestartsTest {
  private final List<Throwable> givenUp = new ArrayList<>();
  private final AtomicLong now = new AtomicLong();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Optional<String> damage = Optional.empty();
  private final StreamThreadRestarts failures =
      new StreamThreadRestarts(
          givenUp::add,
          failure -> damage,
          IllegalThreadStateException.class,
          Duration.ZERO,
          now::get,
          metrics);

  @Test
  void an_exception_costs_the_thread_only() {
    assertThat(failures.handle(new StreamsException("broker away"))).isEqualTo(REPLACE_THREAD);
    assertThat(givenUp).isEmpty();
    assertThat(failures.check()).isEqualTo(Health.healthy());
    assertThat(metrics.get("tidings.stream.thread.failures").counter().count()).isEqualTo(1);
  }

  @Test
  void an_error_costs_the_process() {
    StreamsException wrapped = new StreamsException(new OutOfMemoryError("heap"));

    assertThat(failures.handle(wrapped)).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(givenUp).containsExactly(wrapped);
  }

  @Test
  void threads_that_die_one_after_the_other_are_no_health_until_they_no_longer_do() {
    failures.handle(new StreamsException("a"));
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    failures.handle(new StreamsException("b", new ArithmeticException("overflow")));

    assertThat(failures.check())
        .isEqualTo(
            Health.unhealthy(
                "stream threads die: 2 in 5 s, the last of java.lang.ArithmeticException:"
                    + " overflow"));

    now.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(failures.check()).isEqualTo(Health.healthy());
  }

  @Test
  void a_name_that_another_process_has_too_costs_the_process_and_is_told_by_its_setting() {
    assertThat(failures.handle(new StreamsException(new FencedInstanceIdException("fenced"))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(givenUp.getFirst()).hasMessageStartingWith("group.instance.id: ");
  }

  @Test
  void a_damaged_table_costs_the_process() {
    damage = Optional.of("a table is damaged");

    assertThat(failures.handle(new StreamsException("a"))).isEqualTo(SHUTDOWN_CLIENT);
    assertThat(givenUp.getFirst()).hasMessage("a table is damaged");
  }

  @Test
  void a_thread_that_was_asked_to_stop_has_not_failed() {
    failures.handle(new StreamsException(new IllegalThreadStateException("stopped")));

    assertThat(metrics.get("tidings.stream.thread.failures").counter().count()).isZero();
  }
}
