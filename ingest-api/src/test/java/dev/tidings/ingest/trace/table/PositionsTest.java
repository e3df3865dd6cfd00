package dev.tidings.ingest.trace.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PositionsTest {
  private final Positions positions = new Positions();

  @Test
  void a_topic_that_was_made_anew_is_not_read_as_far_as_the_one_before() {
    positions.taken(1, 5_000);
    positions.taken(1, 3);

    assertThat(positions.next(1)).isEqualTo(4);
    assertThat(positions.next(2)).isZero();
  }
}
