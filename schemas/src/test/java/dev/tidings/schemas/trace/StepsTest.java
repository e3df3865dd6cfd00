package dev.tidings.schemas.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepsTest {
  private static final Steps STEPS = new Steps("node-1");

  @Test
  void a_step_names_its_process() {
    assertThat(STEPS.of(StepName.PARKED, 7, "away"))
        .isEqualTo(new Step(StepName.PARKED, 7L, "node-1", "away"));
  }

  @Test
  void a_notification_for_now_was_only_accepted_before_it_is_resolved() {
    assertThat(Steps.beforeResolved(notification().build(), 5))
        .containsExactly(new Step(StepName.ACCEPTED, 5L, "kafka", null));
  }

  @Test
  void a_scheduled_notification_was_accepted_and_then_scheduled_for_its_time() {
    Notification scheduled =
        notification()
            .setAcceptedAt(5L)
            .setAcceptedBy("ingest-1")
            .setScheduledAt(6L)
            .setScheduledBy("streams-1")
            .setDeliverAt(60_000L)
            .build();

    assertThat(Steps.beforeResolved(scheduled, 9))
        .containsExactly(
            new Step(StepName.ACCEPTED, 5L, "ingest-1", null),
            new Step(StepName.SCHEDULED, 6L, "streams-1", "for 1970-01-01T00:01:00Z"));
  }

  @Test
  void a_time_of_scheduling_that_is_none_is_that_of_the_record() {
    for (long at : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -1, 253_402_300_800_000L}) {
      assertThat(Steps.beforeResolved(notification().setScheduledAt(at).build(), 9))
          .contains(new Step(StepName.SCHEDULED, 9L, "", null));
    }
  }

  @Test
  void steps_are_appended_in_order() {
    Step first = STEPS.of(StepName.PUSHED, 1, null);
    Step second = STEPS.of(StepName.CONFIRMED, 2, null);

    assertThat(Steps.append(List.of(first), List.of(second))).containsExactly(first, second);
  }

  @Test
  void a_trace_that_is_too_long_keeps_its_ends_and_the_beginning_of_its_texts() {
    List<Step> many =
        IntStream.range(0, 100)
            .mapToObj(i -> STEPS.of(StepName.PUSHED, i, "x".repeat(1_000)))
            .toList();

    List<Step> few = Steps.shortened(many);

    assertThat(few)
        .extracting(Step::getAt)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 92L, 93L, 94L, 95L, 96L, 97L, 98L, 99L);
    assertThat(few).allSatisfy(step -> assertThat(step.getWhy()).hasSize(201));
  }

  private static Notification.Builder notification() {
    return Notification.newBuilder()
        .setId("0190163d-8694-739b-aea5-966c26f8ad91")
        .setApp("com.example.news")
        .setPayload(ByteBuffer.wrap(new byte[] {'{', '}'}));
  }
}
