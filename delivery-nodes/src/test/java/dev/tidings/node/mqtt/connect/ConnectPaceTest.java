package dev.tidings.node.mqtt.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G77 of docs/guarantees.md. */
final class ConnectPaceTest {
  private static final long MILLISECOND = 1_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 5, Long.MIN_VALUE + 1, -7})
  void a_tenth_of_a_seconds_worth_comes_at_once_and_the_rest_one_by_one(long start) {
    ConnectPace pace = new ConnectPace(100, Duration.ofSeconds(2));

    assertThat(LongStream.range(0, 13).map(i -> pace.reserve(start) / MILLISECOND))
        .containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 10L, 20L);
  }

  @Test
  void who_would_have_to_wait_too_long_gets_no_turn_and_takes_none() {
    ConnectPace pace = new ConnectPace(10, Duration.ofSeconds(2));
    for (int i = 0; i < 22; i++) {
      assertThat(pace.reserve(0)).isLessThanOrEqualTo(2_000 * MILLISECOND).isNotNegative();
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(pace.reserve(0)).isEqualTo(ConnectPace.TOO_LONG);
    }

    assertThat(pace.reserve(100 * MILLISECOND)).isEqualTo(2_000 * MILLISECOND);
    assertThat(pace.reserve(100 * MILLISECOND)).isEqualTo(ConnectPace.TOO_LONG);
  }

  @Test
  void time_in_which_nobody_came_is_not_saved_up() {
    ConnectPace pace = new ConnectPace(10, Duration.ofSeconds(2));
    pace.reserve(0);
    long later = Duration.ofHours(1).toNanos();

    assertThat(LongStream.range(0, 4).map(i -> pace.reserve(later) / MILLISECOND))
        .containsExactly(0L, 0L, 100L, 200L);
  }

  @Test
  void without_a_limit_nobody_waits() {
    ConnectPace pace = ConnectPace.unlimited();

    assertThat(LongStream.range(0, 100_000).map(i -> pace.reserve(0))).containsOnly(0L);
  }

  @Test
  void what_cannot_be_is_named_with_what_can() {
    assertThatThrownBy(() -> new ConnectPace(-1, Duration.ZERO))
        .hasMessage("connects per second: -1 (expected: >= 0)");
  }
}
