package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.LogTopics;
import org.junit.jupiter.api.Test;

final class PendingWritesTest {
  private static final LogWrite WRITE =
      LogWrite.tombstone(LogTopics.INBOX, new byte[] {1}, () -> {});

  private final PendingWrites pending = new PendingWrites(4);

  @Test
  void it_is_full_at_its_limit_and_until_fewer_than_half_are_left() {
    add(3);
    assertThat(pending.isFull()).isFalse();
    add(1);
    assertThat(pending.isFull()).isTrue();
    done(2);
    assertThat(pending.isFull()).as("half of them").isTrue();
    done(1);
    assertThat(pending.isFull()).isFalse();
    add(2);
    assertThat(pending.isFull()).as("below the limit again").isFalse();
  }

  @Test
  void what_follows_is_counted_before_the_write_counts_as_done() {
    add(1);
    pending.done(
        WRITE,
        () -> {
          assertThat(pending.count()).isEqualTo(1);
          pending.add();
        });
    assertThat(pending.count()).isEqualTo(1);
  }

  @Test
  void a_follow_up_that_fails_does_not_leave_it_counted() {
    add(1);
    pending.done(
        WRITE,
        () -> {
          throw new IllegalStateException("a fault");
        });
    assertThat(pending.count()).isZero();
  }

  private void add(int writes) {
    for (int i = 0; i < writes; i++) {
      pending.add();
    }
  }

  private void done(int writes) {
    for (int i = 0; i < writes; i++) {
      pending.done(WRITE, () -> {});
    }
  }
}
