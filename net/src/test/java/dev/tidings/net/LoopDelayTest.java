package dev.tidings.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoopDelayTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND.toNanos());
  private final LoopDelay delay = new LoopDelay(now::get);
  private final EmbeddedChannel channel = new EmbeddedChannel();

  LoopDelayTest() {
    channel.freezeTime();
    delay.measure(channel.eventLoop());
  }

  @Test
  void a_loop_that_runs_what_is_due_has_none() {
    pass(SECOND);
    pass(SECOND);

    assertThat(delay.seconds()).isZero();
  }

  @Test
  void one_that_stands_still_is_told_of_while_it_does() {
    pass(SECOND);
    now.addAndGet(Duration.ofSeconds(6).toNanos());

    assertThat(delay.seconds()).isEqualTo(5, within(0.001));
  }

  @Test
  void the_longest_is_kept_for_half_a_minute_at_least_and_for_a_minute_at_most() {
    pass(Duration.ofSeconds(4));
    for (int i = 0; i < 29; i++) {
      pass(SECOND);
    }
    assertThat(delay.seconds()).isEqualTo(3, within(0.001));

    for (int i = 0; i < 35; i++) {
      pass(SECOND);
    }
    assertThat(delay.seconds()).isZero();
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }
}
