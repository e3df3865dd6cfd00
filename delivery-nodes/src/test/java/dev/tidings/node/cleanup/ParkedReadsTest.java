package dev.tidings.node.cleanup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.device.GuardedLoop;
import dev.tidings.node.device.Inboxes;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParkedReadsTest {
  private final ParkedReads reads =
      new ParkedReads(
          3,
          new GuardedLoop(ImmediateEventExecutor.INSTANCE, failure -> {}),
          new Inboxes(Map.of()),
          () -> false);

  @Test
  void what_is_removed_while_nothing_is_read_is_not_remembered() {
    reads.removed(1);
    long read = reads.begin();
    assertThat(reads.isRemoved(1)).isFalse();
    reads.end(read);
  }

  @Test
  void what_is_removed_is_remembered_until_every_read_that_began_before_has_ended() {
    long first = reads.begin();
    long second = reads.begin();
    reads.removed(1);
    long third = reads.begin();
    reads.removed(2);

    reads.end(second);
    assertThat(reads.isRemoved(1)).isTrue();
    reads.end(first);
    assertThat(reads.isRemoved(1)).isFalse();
    assertThat(reads.isRemoved(2)).isTrue();
    reads.end(third);
    assertThat(reads.isRemoved(2)).isFalse();
  }

  /** As an entry does that a replaced owner parks once more. */
  @Test
  void one_that_is_removed_again_is_remembered_from_then_on() {
    long first = reads.begin();
    reads.removed(1);
    long second = reads.begin();
    reads.removed(2);
    reads.removed(1);

    reads.end(first);
    assertThat(reads.isRemoved(1)).isTrue();
    assertThat(reads.isRemoved(2)).isTrue();
    reads.end(second);
    assertThat(reads.removals()).isZero();
  }

  @Test
  void reads_that_overlap_all_the_time_do_not_have_removals_add_up() {
    long read = reads.begin();
    for (int sequence = 0; sequence < 10_000; sequence++) {
      reads.removed(sequence);
      long next = reads.begin();
      reads.end(read);
      read = next;
      assertThat(reads.removals()).isLessThanOrEqualTo(1);
    }
  }
}
