package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Shows G84 of docs/guarantees.md. */
class RestoreProgressTest {
  private static final TopicPartition ONE = new TopicPartition("inbox", 1);
  private static final TopicPartition TWO = new TopicPartition("inbox", 2);

  private final RestoreProgress progress = new RestoreProgress();

  @Test
  void what_is_under_way_is_told_until_it_is_done() {
    assertThat(progress.underWay()).isEmpty();
    progress.onRestoreStart(ONE, "inbox", 100, 1_100);
    progress.onRestoreStart(TWO, "inbox", 0, 500);
    progress.onBatchRestored(ONE, "inbox", 300, 150);

    assertThat(progress.underWay())
        .contains("150 of at most 1500 records restored in 2 partitions");

    progress.onRestoreSuspended(ONE, "inbox", 150);
    progress.onRestoreEnd(TWO, "inbox", 500);
    assertThat(progress.underWay()).isEmpty();
  }

  @Test
  void each_batch_is_progress() {
    progress.onRestoreStart(ONE, "inbox", 0, 10);
    long before = progress.restored();

    progress.onBatchRestored(ONE, "inbox", 5, 5);

    assertThat(progress.restored()).isEqualTo(before + 5);
  }
}
