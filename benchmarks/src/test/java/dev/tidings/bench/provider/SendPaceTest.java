package dev.tidings.bench.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SendPaceTest {
  private static final long START = 5_000_000_000L;

  @Test
  void a_steady_rate_is_due_to_the_moment() {
    var pace = new SendPace.Steady(START, 1000);

    assertThat(pace.allowed(START - 1)).isZero();
    assertThat(pace.allowed(START)).isEqualTo(1);
    assertThat(pace.allowed(START + 999_999)).isEqualTo(1);
    assertThat(pace.allowed(START + 1_000_000)).isEqualTo(2);
    assertThat(pace.waitNanos(1, START + 400_000)).isEqualTo(600_000);
  }

  @Test
  void who_falls_behind_a_steady_rate_makes_it_up_and_the_delay_counts() {
    var pace = new SendPace.Steady(START, 1000);
    long late = START + 50_000_000;

    assertThat(pace.allowed(late)).isEqualTo(51);
    assertThat(pace.meant(3, late)).isEqualTo(START + 3_000_000);
    assertThat(pace.waitNanos(3, late)).isZero();
  }

  @Test
  void a_window_lets_one_more_go_for_each_that_is_done() {
    var done = new AtomicLong();
    var pace = new SendPace.Window(10, done::get);

    assertThat(pace.allowed(START)).isEqualTo(10);
    done.set(4);
    assertThat(pace.allowed(START)).isEqualTo(14);
    assertThat(pace.meant(3, START)).isEqualTo(START);
  }
}
