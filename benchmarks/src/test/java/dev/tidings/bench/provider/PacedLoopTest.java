package dev.tidings.bench.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PacedLoopTest {
  private static final int BURST = 4;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final SendPace window = new SendPace.Window(2, done::get);
  private final List<Integer> flushed = new ArrayList<>();
  private int room = Integer.MAX_VALUE;
  private int unflushed;

  private final PacedLoop.Sender sender =
      new PacedLoop.Sender() {
        @Override
        public boolean send(long meant) {
          if (room == 0) {
            return false;
          }
          room--;
          unflushed++;
          return true;
        }

        @Override
        public void flush() {
          if (unflushed > 0) {
            flushed.add(unflushed);
          }
          unflushed = 0;
        }

        @Override
        public int unanswered() {
          return 0;
        }
      };

  @BeforeEach
  void freeze() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void what_becomes_due_within_the_linger_is_sent_together() {
    started(Duration.ofMillis(5), window);
    assertThat(flushed).containsExactly(2);

    for (int i = 0; i < 3; i++) {
      done.incrementAndGet();
      pass(Duration.ofMillis(1));
    }
    assertThat(flushed).containsExactly(2);

    pass(Duration.ofMillis(2));
    assertThat(flushed).containsExactly(2, 3);
  }

  @Test
  void a_full_burst_waits_for_nothing() {
    started(Duration.ofMillis(5), new SendPace.Burst(10));
    pass(Duration.ZERO);
    pass(Duration.ZERO);

    assertThat(flushed).containsExactly(BURST, BURST, 2);
  }

  @Test
  void without_room_it_sends_again_when_it_is_told_that_there_is_some() {
    room = 1;
    PacedLoop loop = started(Duration.ofMillis(5), window);
    pass(Duration.ofSeconds(1));
    assertThat(flushed).containsExactly(1);

    room = 5;
    loop.look();
    assertThat(flushed).containsExactly(1, 1);
  }

  private PacedLoop started(Duration linger, SendPace pace) {
    PacedLoop loop = new PacedLoop(channel.eventLoop(), BURST, linger, now::get, sender);
    loop.start(pace);
    channel.runPendingTasks();
    return loop;
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }
}
