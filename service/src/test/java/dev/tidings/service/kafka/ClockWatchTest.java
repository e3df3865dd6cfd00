package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows G87 of docs/guarantees.md. */
class ClockWatchTest {
  private Instant now = Instant.parse("2030-01-01T12:00:00Z");
  private long nanos;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final List<Throwable> failures = new ArrayList<>();
  private final ClockWatch watch = new ClockWatch(() -> now, () -> nanos, failures::add, metrics);

  @Test
  void a_clock_that_goes_its_way_is_no_news_however_long_nobody_looked() {
    pass(Duration.ofHours(3));
    watch.look();

    assertThat(jumps()).isZero();
    assertThat(watch.check()).isEqualTo(Health.healthy());
  }

  @Test
  void a_clock_set_back_is_told_until_it_has_caught_up() {
    now = now.minus(Duration.ofMinutes(1));
    watch.look();

    assertThat(jumps()).isEqualTo(1);
    assertThat(watch.check())
        .isEqualTo(
            Health.unhealthy(
                "the clock was set back: Kafka's clients stand still until 2030-01-01T12:00:00Z"));

    pass(Duration.ofMinutes(1));
    watch.look();
    assertThat(watch.check()).isEqualTo(Health.healthy());
    assertThat(failures).isEmpty();
  }

  @Test
  void what_takes_longer_than_a_minute_to_catch_up_is_not_waited_for() {
    now = now.minus(Duration.ofHours(1));
    watch.look();

    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst())
        .hasMessage(
            "the clock was set back by 3600 s: Kafka's clients stand still until"
                + " 2030-01-01T12:00:00Z, and this process ends to be started anew");
    assertThat(jumps()).isEqualTo(1);
  }

  @Test
  void neither_is_what_adds_up_to_more() {
    for (int i = 0; i < 2; i++) {
      assertThat(failures).isEmpty();
      now = now.minus(Duration.ofSeconds(40));
      watch.look();
    }

    assertThat(failures).hasSize(1);
  }

  @Test
  void a_clock_set_forward_is_counted() {
    now = now.plus(Duration.ofHours(2));
    watch.look();

    assertThat(jumps()).isEqualTo(1);
    assertThat(watch.check()).isEqualTo(Health.healthy());
  }

  private double jumps() {
    return metrics.get("tidings.clock.jumps").counter().count();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }
}
