package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BufferShareTest {
  private static final WriterLimits LIMITS =
      new WriterLimits(100, 1_000, 16_000, Duration.ofSeconds(1));

  private final BufferShare share = new BufferShare(LIMITS);

  @Test
  void a_partition_has_its_limit_while_an_eighth_of_what_is_left_is_more() {
    assertThat(share.mostBytes()).isEqualTo(1_000);
    assertThat(share.bytes()).isEqualTo(1_000);
    share.give(8_000);
    assertThat(share.bytes()).isEqualTo(1_000);
  }

  @Test
  void beyond_it_an_eighth_of_what_is_left() {
    share.give(8_008);
    assertThat(share.bytes()).isEqualTo(999);
    share.give(7_192);
    assertThat(share.bytes()).isEqualTo(100);
    share.give(800);
    assertThat(share.bytes()).isZero();
  }

  @Test
  void what_the_producer_has_returned_is_free_again() {
    share.give(16_000);
    share.answered(800);
    assertThat(share.bytes()).isEqualTo(100);
    share.answered(15_200);
    assertThat(share.bytes()).isEqualTo(1_000);
  }
}
