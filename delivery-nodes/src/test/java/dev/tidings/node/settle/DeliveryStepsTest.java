package dev.tidings.node.settle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveryStepsTest {
  private static final long OTHERWISE = 7;

  @Test
  void how_long_a_delivery_took_is_told_from_its_acceptance() {
    assertThat(since(step(StepName.ACCEPTED, 1_000), step(StepName.RESOLVED, 1_005)))
        .isEqualTo(1_000);
    assertThat(since()).isEqualTo(OTHERWISE);
  }

  @Test
  void the_time_that_it_was_scheduled_for_is_waited_for_and_does_not_count() {
    Step accepted = step(StepName.ACCEPTED, 1_000);
    Step scheduled = step(StepName.SCHEDULED, 1_001);

    assertThat(
            since(accepted, scheduled, step(StepName.RESOLVED, 90_000), step(StepName.PARKED, 1)))
        .isEqualTo(90_000);
    assertThat(since(accepted, scheduled)).isEqualTo(1_000);
  }

  private static long since(Step... steps) {
    Delivery delivery =
        new Delivery(
            "id",
            "token",
            "app",
            ByteBuffer.allocate(0),
            null,
            10,
            null,
            "alert",
            List.of(steps),
            null,
            null);
    return DeliverySteps.since(delivery, OTHERWISE);
  }

  /** Clocks of hosts may differ by a minute and a half. */
  @Test
  void what_was_resolved_before_and_not_parked_by_then_was_hot_as_far_as_clocks_tell() {
    Step accepted = step(StepName.ACCEPTED, 1);

    assertThat(wasHot(200_000, accepted, step(StepName.RESOLVED, 289_999))).isTrue();
    assertThat(wasHot(200_000, accepted, step(StepName.RESOLVED, 290_000))).isFalse();
    assertThat(wasHot(200_000, step(StepName.RESOLVED, 98), step(StepName.PARKED, 109_999)))
        .isFalse();
    assertThat(wasHot(200_000, step(StepName.RESOLVED, 98), step(StepName.PARKED, 110_000)))
        .isTrue();
    assertThat(wasHot(200_000)).isFalse();
  }

  private static boolean wasHot(long at, Step... steps) {
    return DeliverySteps.wasHot(
        new Delivery(
            "id",
            "token",
            "app",
            ByteBuffer.allocate(0),
            null,
            10,
            null,
            "alert",
            List.of(steps),
            null,
            null),
        at);
  }

  private static Step step(StepName name, long at) {
    return new Step(name, at, "here", null);
  }
}
