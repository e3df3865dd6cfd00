package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(60));

  @Test
  void the_bound_doubles_up_to_the_cap() {
    List<Long> delays = new ArrayList<>();
    for (int attempt = 0; attempt < 10; attempt++) {
      delays.add(backoff.delay(attempt, LongestDelays.DELAYS).toMillis());
    }

    assertThat(delays)
        .containsExactly(
            500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 32_000L, 60_000L, 60_000L, 60_000L);
  }

  @Test
  void the_jitter_is_full_so_a_delay_may_be_nothing() {
    assertThat(backoff.delay(0, () -> 0)).isZero();
    assertThat(backoff.delay(20, () -> 0)).isZero();
  }

  @Test
  void any_number_of_attempts_stays_under_the_cap() {
    Random random = new Random();

    for (int attempt : new int[] {62, 63, 64, 1_000, Integer.MAX_VALUE}) {
      assertThat(backoff.delay(attempt, random::nextDouble))
          .isBetween(Duration.ZERO, Duration.ofSeconds(60));
    }
  }

  @Test
  void a_cap_below_the_base_is_refused() {
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessage("backoff: base PT2S, cap PT1S (expected: 0 < base <= cap)");
  }
}
