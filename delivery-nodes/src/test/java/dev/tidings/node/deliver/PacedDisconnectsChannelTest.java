package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Shows G77 of docs/guarantees.md. */
class PacedDisconnectsChannelTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicInteger said = new AtomicInteger();

  private void second() {
    for (int i = 0; i < 50; i++) {
      channel.advanceTimeBy(20, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
      channel.runPendingTasks();
    }
  }

  private void say(PacedDisconnects pacedDisconnects, int count) {
    pacedDisconnects.add(Collections.nCopies(count, said::incrementAndGet));
    channel.runPendingTasks();
  }

  @Test
  void no_more_are_sent_away_in_a_second_than_may_be() {
    channel.freezeTime();
    PacedDisconnects pacedDisconnects = new PacedDisconnects(channel.eventLoop(), 100);
    say(pacedDisconnects, 250);
    second();
    assertThat(said.get()).isBetween(98, 102);
    assertThat(pacedDisconnects.isDone()).isFalse();
    second();
    second();
    assertThat(said).hasValue(250);
    assertThat(pacedDisconnects.isDone()).isTrue();
    say(pacedDisconnects, 3);
    second();
    assertThat(said).hasValue(253);
    channel.finishAndReleaseAll();
  }

  @Test
  void in_a_hurry_they_go_faster_and_never_slower() {
    channel.freezeTime();
    PacedDisconnects pacedDisconnects = new PacedDisconnects(channel.eventLoop(), 100);
    pacedDisconnects.hurry(1_000);
    pacedDisconnects.hurry(10);
    say(pacedDisconnects, 900);
    second();
    assertThat(said).hasValue(900);
    channel.finishAndReleaseAll();
  }

  @Test
  void one_that_fails_keeps_nobody_connected() {
    channel.freezeTime();
    PacedDisconnects pacedDisconnects = new PacedDisconnects(channel.eventLoop(), 100);
    pacedDisconnects.add(
        List.of(
            () -> {
              throw new OutOfMemoryError("for the test");
            },
            () -> {
              throw new IllegalStateException("for the test");
            }));
    second();
    say(pacedDisconnects, 3);
    second();
    assertThat(said).hasValue(3);
    assertThat(pacedDisconnects.isDone()).isTrue();
    channel.finishAndReleaseAll();
  }
}
