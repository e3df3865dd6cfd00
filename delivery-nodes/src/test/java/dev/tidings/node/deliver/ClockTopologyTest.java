package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host's clock is set while the node runs.
 *
 * <p>Shows G87 of docs/guarantees.md.
 */
class ClockTopologyTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path state;
  private PartitionHarness node;

  @BeforeEach
  void start() {
    node = new PartitionHarness(state);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void set_back_what_a_stalled_device_does_not_confirm_is_parked_in_time_all_the_same() {
    node.connect("stalled", 1);
    String id = node.arrive("stalled");
    node.settle();
    node.setClock(HOUR.negated());

    node.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));

    node.until(() -> node.low() == 1);
    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.PENDING);
  }

  @Test
  void set_forward_what_is_young_stays_hot() {
    Phone phone = node.connect("phone", 1);
    String id = node.arrive("phone");
    node.settle();

    node.setClock(HOUR);
    ticks();
    assertThat(node.receipt(id)).isNull();

    phone.confirm(phone.pushes().getFirst());
    node.until(() -> node.low() == 1);
    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void set_back_the_age_of_the_oldest_is_still_told() {
    node.connect("stalled", 1);
    node.arrive("stalled");
    node.settle();
    node.setClock(HOUR.negated());
    node.advance(Duration.ofSeconds(5));
    ticks();

    assertThat(node.partition().oldest()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void what_ends_at_a_wall_time_ends_by_the_clock_as_it_is_now() {
    String id = node.arrive("away", node.now() + HOUR.toMillis());
    node.settle();
    node.setClock(HOUR.negated());
    node.advance(HOUR.plusSeconds(5));
    ticks();
    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.PENDING);

    node.setClock(Duration.ZERO);

    node.until(() -> node.receipt(id).getOutcome() == Outcome.EXPIRED);
  }

  /** As a notification whose expiration had passed by the clock of the host that accepted it. */
  @Test
  void set_back_a_single_attempt_does_not_end_before_it_was_accepted() {
    long accepted = node.now();
    node.setClock(HOUR.negated());

    String id =
        node.arrive(
            "away",
            delivery ->
                delivery
                    .setExpiration(0L)
                    .setSteps(List.of(new Step(StepName.ACCEPTED, accepted, "ingest", null))));

    node.until(() -> node.low() == 1);
    assertThat(node.receipt(id).getOutcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(node.receipt(id).getSteps().getLast().getAt()).isEqualTo(accepted);
  }

  /** As at a start behind the clocks that have written what is there. */
  @Test
  void set_back_what_is_stored_of_the_future_is_not_waited_for() {
    String parked = node.arrive("phone");
    node.until(() -> node.low() == 1);
    node.setClock(HOUR.negated());
    String next = node.arrive("phone");
    Phone phone = node.connect("phone", 10);

    node.until(() -> phone.ids().equals(List.of(parked, next)));
    phone.pushes().forEach(phone::confirm);
    node.until(() -> node.low() == 2 && node.partition().parkedCount() == 0);

    assertThat(node.receipt(parked).getOutcome()).isEqualTo(Outcome.DELIVERED);
    assertThat(node.receipt(next).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void set_forward_nothing_ends_that_has_no_end() {
    String parked = node.arrive("away");
    node.until(() -> node.low() == 1);

    node.setClock(HOUR.multipliedBy(2));
    String next = node.arrive("away");
    node.until(() -> node.low() == 2);
    ticks();

    assertThat(node.receipt(parked).getOutcome()).isEqualTo(Outcome.PENDING);
    Phone phone = node.connect("away", 10);
    node.until(() -> phone.ids().equals(List.of(parked, next)));
  }

  private void ticks() {
    node.settle();
    node.pause();
    node.settle();
  }
}
