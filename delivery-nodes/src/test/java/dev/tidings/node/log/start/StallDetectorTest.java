package dev.tidings.node.log.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Shows G75 of docs/guarantees.md. */
class StallDetectorTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final StallDetector stallDetector =
      new StallDetector(Duration.ofSeconds(3), Duration.ofSeconds(2), -5 * SECOND);

  @Test
  void turns_that_are_taken_in_time_leave_no_doubt() {
    assertThat(stallDetector.isOwnershipInDoubt(-3 * SECOND)).isFalse();
    assertThat(stallDetector.isOwnershipInDoubt(0)).isFalse();
  }

  @Test
  void after_a_long_standstill_there_is_doubt_for_a_while() {
    assertThat(stallDetector.isOwnershipInDoubt(SECOND)).isTrue();
    assertThat(stallDetector.isOwnershipInDoubt(2 * SECOND)).isTrue();
    assertThat(stallDetector.isOwnershipInDoubt(3 * SECOND)).isFalse();
  }

  @Test
  void another_standstill_begins_the_doubt_anew() {
    assertThat(stallDetector.isOwnershipInDoubt(SECOND)).isTrue();
    assertThat(stallDetector.isOwnershipInDoubt(10 * SECOND)).isTrue();
    assertThat(stallDetector.isOwnershipInDoubt(11 * SECOND)).isTrue();
    assertThat(stallDetector.isOwnershipInDoubt(12 * SECOND)).isFalse();
  }
}
