package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PartitionWritesTest {
  private static final long NOW = 1_000;
  private static final LogWrite WRITE =
      LogWrite.tombstone(LogTopics.INBOX, new byte[] {1}, () -> {});

  private final PartitionWrites writes =
      new PartitionWrites(
          "tidings.inbox-3", new BufferShare(new WriterLimits(10, 100, 1_600, Duration.ZERO)));

  @Test
  void it_takes_writes_until_the_producer_has_its_share() {
    assertThat(writes.takes()).isTrue();
    writes.give(99, NOW);
    assertThat(writes.takes()).isTrue();
    writes.give(1, NOW);
    assertThat(writes.takes()).isFalse();
  }

  @Test
  void one_record_it_may_always_have_however_large() {
    writes.give(5_000, NOW);
    assertThat(writes.takes()).isFalse();
    writes.answered(5_000);
    assertThat(writes.takes()).isTrue();
  }

  @Test
  void what_waits_is_released_in_order_and_told_of_once_half_of_the_share_is_free() {
    writes.give(100, NOW);
    writes.queue(WRITE);
    assertThat(writes.release()).isNull();
    assertThat(writes.answered(49)).as("51 of 100").isFalse();
    assertThat(writes.answered(1)).as("50 of 100").isTrue();
    assertThat(writes.answered(1)).as("told before").isFalse();

    assertThat(writes.hasQueued()).isTrue();
    assertThat(writes.release()).isSameAs(WRITE);
    assertThat(writes.hasQueued()).isFalse();
  }

  @Test
  void nothing_waits_so_nobody_is_told() {
    writes.give(100, NOW);
    assertThat(writes.answered(100)).isFalse();
  }

  @Test
  void others_wait_behind_what_waits() {
    writes.give(100, NOW);
    writes.queue(WRITE);
    writes.answered(100);
    assertThat(writes.takes()).isFalse();
    assertThat(writes.drain()).containsExactly(WRITE);
    assertThat(writes.takes()).isTrue();
  }

  @Test
  void its_silence_counts_from_the_oldest_unanswered_write() {
    assertThat(writes.silentFor(NOW)).isZero();
    writes.give(10, NOW);
    writes.give(10, NOW + 5);
    assertThat(writes.silentFor(NOW + 7)).isEqualTo(7);

    writes.answered(10);
    writes.look(NOW + 8);
    assertThat(writes.silentFor(NOW + 10)).as("something was answered").isEqualTo(2);
    writes.look(NOW + 12);
    assertThat(writes.silentFor(NOW + 14)).as("nothing since").isEqualTo(6);

    writes.answered(10);
    assertThat(writes.silentFor(NOW + 20)).isZero();
  }
}
