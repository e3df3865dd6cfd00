package dev.tidings.bench.device;

import static dev.tidings.bench.device.SequenceCheck.Result.IN_ORDER;
import static dev.tidings.bench.device.SequenceCheck.Result.LATE;
import static dev.tidings.bench.device.SequenceCheck.Result.REPEATED;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceCheckTest {
  private final SequenceCheck check = new SequenceCheck();

  @Test
  void what_comes_in_its_turn_is_in_order_and_nothing_is_missing() {
    assertThat(check.arrived(0)).isEqualTo(IN_ORDER);
    assertThat(check.arrived(1)).isEqualTo(IN_ORDER);
    assertThat(check.missing(2)).isEmpty();
  }

  @Test
  void what_comes_again_is_a_repetition() {
    check.arrived(0);
    check.arrived(1);

    assertThat(check.arrived(0)).isEqualTo(REPEATED);
    assertThat(check.arrived(1)).isEqualTo(REPEATED);
  }

  @Test
  void what_comes_behind_a_later_one_is_late_once_and_then_a_repetition() {
    check.arrived(0);
    assertThat(check.arrived(3)).isEqualTo(IN_ORDER);
    assertThat(check.missing(4)).containsExactlyInAnyOrder(1, 2);

    assertThat(check.arrived(2)).isEqualTo(LATE);
    assertThat(check.arrived(2)).isEqualTo(REPEATED);
    assertThat(check.missing(4)).containsExactly(1);
  }

  @Test
  void what_was_sent_and_never_came_is_missing() {
    check.arrived(0);

    assertThat(check.missing(3)).containsExactlyInAnyOrder(1, 2);
  }
}
