package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WriterLimitsTest {
  @Test
  void a_partition_has_a_32nd_of_the_buffer_and_all_together_half_of_it() {
    WriterLimits limits = WriterLimits.ofBuffer(64 << 20);

    assertThat(limits.partitionBytes()).isEqualTo(2 << 20);
    assertThat(limits.allBytes()).isEqualTo(32 << 20);
  }

  @Test
  void pending_records_are_limited_by_the_heap_within_bounds() {
    long heap = Runtime.getRuntime().maxMemory();

    assertThat(WriterLimits.DEFAULTS.mostPending())
        .isBetween(10_000, 100_000)
        .isEqualTo((int) Math.clamp(heap / 16 / 1_024, 10_000L, 100_000L));
  }
}
