package dev.tidings.ingest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows G108 of docs/guarantees.md. */
final class DeviceReportsTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";

  private static Receipt receipt(String device, Outcome outcome, Step... steps) {
    return new Receipt(ID, "token", device, "com.example", outcome, List.of(steps), null);
  }

  private static Step step(StepName name, long at) {
    return new Step(name, at, "node-1", null);
  }

  private static List<StepName> names(Receipt receipt) {
    return receipt.getSteps().stream().map(Step::getName).toList();
  }

  @Test
  void what_the_device_tells_follows_in_the_order_of_its_times() {
    Receipt delivered =
        receipt("phone", Outcome.DELIVERED, step(StepName.PUSHED, 5), step(StepName.CONFIRMED, 6));

    Receipt added =
        DeviceReports.added(
            delivered,
            List.of(
                receipt("phone", Outcome.DELIVERED, step(StepName.OPENED, 9)),
                receipt("phone", Outcome.DELIVERED, step(StepName.DISPLAYED, 8))));

    assertThat(names(added))
        .containsExactly(StepName.PUSHED, StepName.CONFIRMED, StepName.DISPLAYED, StepName.OPENED);
    assertThat(added.getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void nothing_is_added_to_what_was_never_pushed_or_to_another_devices() {
    Receipt told = receipt("phone", Outcome.DELIVERED, step(StepName.DISPLAYED, 9));
    Receipt expired = receipt("phone", Outcome.EXPIRED, step(StepName.EXPIRED, 5));
    Receipt others = receipt("other", Outcome.DELIVERED, step(StepName.PUSHED, 5));
    Receipt nobodys = receipt(null, Outcome.DELIVERED, step(StepName.PUSHED, 5));

    assertThat(DeviceReports.added(expired, List.of(told))).isEqualTo(expired);
    assertThat(DeviceReports.added(others, List.of(told))).isEqualTo(others);
    assertThat(DeviceReports.added(nobodys, List.of(told))).isEqualTo(nobodys);
  }

  @Test
  void a_device_tells_nothing_but_that() {
    Receipt pushed = receipt("phone", Outcome.EXPIRED, step(StepName.PUSHED, 5));
    Receipt told =
        receipt("phone", Outcome.DELIVERED, step(StepName.CONFIRMED, 9), step(StepName.OPENED, 9));

    assertThat(names(DeviceReports.added(pushed, List.of(told))))
        .containsExactly(StepName.PUSHED, StepName.OPENED);
  }

  @Test
  void where_one_waits_stays_its_last_step() {
    Receipt waits =
        receipt("phone", Outcome.PENDING, step(StepName.PUSHED, 5), step(StepName.PARKED, 9));
    Receipt told = receipt("phone", Outcome.DELIVERED, step(StepName.DISPLAYED, 7));

    assertThat(names(DeviceReports.added(waits, List.of(told))))
        .containsExactly(StepName.PUSHED, StepName.DISPLAYED, StepName.PARKED);
  }
}
