package dev.tidings.node.mqtt.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectPaceTest {
  private static final long MILLISECOND = 1_000_000;

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 5, Long.MIN_VALUE + 1, -7})
  void aTenthOfASecondsWorthComesAtOnceAndTheRestOneByOne(long start) {
    ConnectPace pace = new ConnectPace(100, Duration.ofSeconds(2));

    assertThat(LongStream.range(0, 13).map(i -> pace.reserve(start) / MILLISECOND))
        .containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 10L, 20L);
  }

  @Test
  void whoWouldHaveToWaitTooLongGetsNoTurnAndTakesNone() {
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
  void timeInWhichNobodyCameIsNotSavedUp() {
    ConnectPace pace = new ConnectPace(10, Duration.ofSeconds(2));
    pace.reserve(0);
    long later = Duration.ofHours(1).toNanos();

    assertThat(LongStream.range(0, 4).map(i -> pace.reserve(later) / MILLISECOND))
        .containsExactly(0L, 0L, 100L, 200L);
  }

  @Test
  void withoutALimitNobodyWaits() {
    ConnectPace pace = ConnectPace.unlimited();

    assertThat(LongStream.range(0, 100_000).map(i -> pace.reserve(0))).containsOnly(0L);
  }

  @Test
  void whatCannotBeIsNamedWithWhatCan() {
    assertThatThrownBy(() -> new ConnectPace(-1, Duration.ZERO))
        .hasMessage("connects per second: -1 (expected: >= 0)");
  }
}
