package dev.tidings.net.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Here three events at once and one more a second, of at most a hundred keys. */
class RateLimiterTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String HERE = "here";

  private final RateLimiter<String> limiter =
      new RateLimiter<>(3, Duration.ofSeconds(1), Duration.ofSeconds(10), 100);

  /** By how much each of so many events at once is over the limit, in seconds. */
  private List<Long> count(String address, int times, long now) {
    List<Long> excess = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      excess.add(limiter.count(address, now) / SECOND);
    }
    return excess;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * SECOND, Long.MAX_VALUE - 2 * SECOND, Long.MIN_VALUE})
  void each_event_above_the_burst_is_further_over_the_limit_up_to_a_maximum(long now) {
    assertThat(limiter.excess(HERE, now)).isEqualTo(-3 * SECOND);
    assertThat(count(HERE, 15, now))
        .containsExactly(-2L, -1L, 0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 10L, 10L);
    assertThat(limiter.excess(HERE, now + SECOND)).isEqualTo(9 * SECOND);
    assertThat(limiter.excess("there", now)).isEqualTo(-3 * SECOND);
  }

  @Test
  void a_key_is_over_its_limit_when_another_event_would_be_too_many() {
    var _ = count(HERE, 2, 0);
    assertThat(limiter.isOverLimit(HERE, 0)).isFalse();
    var _ = count(HERE, 1, 0);
    assertThat(limiter.isOverLimit(HERE, 0)).isTrue();
    assertThat(limiter.isOverLimit("there", 0)).isFalse();

    assertThat(limiter.isOverLimit(HERE, SECOND - 1)).isTrue();
    assertThat(limiter.isOverLimit(HERE, SECOND)).isFalse();
  }

  @Test
  void an_interval_is_given_by_how_many_come_in_a_second() {
    assertThat(RateLimiter.perSecond(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(RateLimiter.perSecond(1_000_000)).isEqualTo(Duration.ofNanos(1_000));
  }

  @Test
  void only_events_within_the_limit_are_counted_where_only_those_may_happen() {
    assertThat(IntStream.range(0, 100).filter(_ -> limiter.tryCount(HERE, 0) == 0)).hasSize(3);
    assertThat(limiter.excess(HERE, 0)).isZero();

    assertThat(limiter.tryCount(HERE, SECOND - 1)).isOne();
    assertThat(limiter.tryCount(HERE, SECOND)).isZero();
    assertThat(limiter.tryCount(HERE, SECOND)).isEqualTo(SECOND);
  }

  @Test
  void an_event_that_is_given_back_was_none() {
    for (int i = 0; i < 100; i++) {
      assertThat(limiter.tryCount(HERE, 0)).isZero();
      limiter.giveBack(HERE);
    }
    for (int i = 0; i < 100; i++) {
      limiter.giveBack(HERE);
    }

    assertThat(count(HERE, 4, 0)).containsExactly(-2L, -1L, 0L, 1L);
  }

  @Test
  void quiet_keys_are_forgotten_though_they_never_come_again() {
    for (int i = 0; i < 10; i++) {
      var _ = limiter.count("quiet " + i, 0);
    }
    assertThat(limiter.size()).isEqualTo(10);

    for (int i = 0; i < 5; i++) {
      assertThat(limiter.excess(HERE, 2 * SECOND)).isNegative();
    }
    assertThat(limiter.size()).isZero();
    assertThat(limiter.isEmpty()).isTrue();
  }

  @Test
  void all_of_them_at_once_when_asked_to() {
    for (int i = 0; i < 10; i++) {
      var _ = limiter.count("quiet " + i, SECOND);
    }
    var _ = count(HERE, 5, 0);

    limiter.forgetQuiet(3 * SECOND);
    assertThat(limiter.size()).isOne();
    limiter.forgetQuiet(5 * SECOND);
    assertThat(limiter.isEmpty()).isTrue();
  }

  @Test
  void so_many_keys_are_remembered_and_the_longest_unseen_are_forgotten() {
    var _ = count(HERE, 5, 0);
    for (int i = 0; i < 300; i++) {
      var _ = limiter.count("address " + i, 0);
      if (i < 150) {
        assertThat(limiter.isOverLimit(HERE, 0)).isTrue();
      }
    }

    assertThat(limiter.size()).isEqualTo(100);
    assertThat(limiter.isOverLimit(HERE, 0)).isFalse();
  }
}
