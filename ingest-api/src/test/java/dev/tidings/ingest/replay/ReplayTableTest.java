package dev.tidings.ingest.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.topic.ReplayKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is known of replays by the records of {@code replays}.
 *
 * <p>Shows G202 of docs/guarantees.md.
 */
class ReplayTableTest {
  private static final String ID = UUID.randomUUID().toString();
  private static final long ORDERED_AT = Duration.ofDays(365).toMillis();
  private static final long LATER = ORDERED_AT + Duration.ofDays(2).toMillis() + 1;

  private final ReplayTable table = new ReplayTable(10_000);

  private static OrderedReplay order(int partitions) {
    return new OrderedReplay(
        new ReplayOrder(
            null,
            List.of("com.example"),
            "A",
            0L,
            Long.MAX_VALUE,
            false,
            100,
            partitions,
            ORDERED_AT),
        null);
  }

  private static OrderedReplay progress(@Nullable String ending) {
    return new OrderedReplay(
        null,
        new ReplayProgress(7L, 0L, 0L, 1L, 0L, 0L, false, ORDERED_AT, ORDERED_AT + 5, ending));
  }

  private void apply(ReplayKey key, OrderedReplay value, long now) {
    table.apply(List.of(new ReplayTable.Change(key, value)), Map.of(), Uuid.ZERO_UUID, now);
  }

  private ReplayState state() {
    return table.find(ID).orElseThrow();
  }

  /** All nodes were away for longer than they remember it: nobody says that it has ended. */
  @Test
  void one_that_no_partition_goes_on_with_counts_as_under_way_for_two_days_at_most() {
    apply(new ReplayKey.Order(ID), order(2), ORDERED_AT);
    apply(new ReplayKey.Progress(ID, 0), progress(null), LATER - 1);
    assertThat(table.open(_ -> true)).isEqualTo(1);
    assertThat(state().state()).isEqualTo("running");

    table.apply(List.of(), Map.of(), Uuid.ZERO_UUID, LATER);

    assertThat(table.open(_ -> true)).isZero();
    assertThat(state().state()).isEqualTo("expired");
    assertThat(state().isOver()).isTrue();
    apply(new ReplayKey.Progress(ID, 0), progress(null), LATER);
    assertThat(table.open(_ -> true)).isZero();
  }

  /** The same, if that is how it is read at the start. */
  @Test
  void one_that_is_read_later_than_that_is_over() {
    apply(new ReplayKey.Order(ID), order(2), LATER);

    assertThat(table.open(_ -> true)).isZero();
    assertThat(state().state()).isEqualTo("expired");
    assertThat(state().endedAt()).isEqualTo(ORDERED_AT);
  }

  /** A node that lost the partition meanwhile may still write what it was about to. */
  @Test
  void one_that_has_ended_has_ended_whatever_is_written_after_it() {
    apply(new ReplayKey.Order(ID), order(1), ORDERED_AT);
    apply(new ReplayKey.Progress(ID, 0), progress("completed"), ORDERED_AT);
    apply(new ReplayKey.Progress(ID, 0), progress(null), ORDERED_AT);

    assertThat(state().state()).isEqualTo("completed");
    assertThat(table.open(_ -> true)).isZero();
  }

  @Test
  void what_another_program_says_of_partitions_pushes_no_other_out() {
    apply(new ReplayKey.Order(ID), order(2), ORDERED_AT);

    apply(new ReplayKey.Order(UUID.randomUUID().toString()), order(Integer.MAX_VALUE), ORDERED_AT);

    assertThat(table.open(_ -> true)).isEqualTo(2);
    assertThat(table.bytes()).isLessThan(10_000);
  }
}
