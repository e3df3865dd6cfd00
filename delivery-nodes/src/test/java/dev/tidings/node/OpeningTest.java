package dev.tidings.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import dev.tidings.service.start.Prerequisites;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Shows G84 of docs/guarantees.md. */
class OpeningTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Health SHUT = Health.unhealthy("7 of 8 partitions are open; not 5");

  private Health revocations = Health.healthy();
  private Health inbox = Health.healthy();
  private Health partitions = Health.healthy();
  private Health deliveries = Health.healthy();
  private boolean servesAny = true;
  private long progress;
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final Opening opening =
      new Opening(
          () -> revocations,
          List.of(() -> inbox, () -> partitions, () -> deliveries),
          () -> servesAny,
          () -> progress,
          Duration.ofMinutes(1),
          now::get);

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void when_everything_is_open_devices_are_accepted_at_once() {
    assertThat(opening.missing()).isEmpty();
  }

  @Test
  void a_partition_that_stays_shut_does_not_keep_the_devices_of_the_others_waiting() {
    partitions = SHUT;
    deliveries = Health.unhealthy("tidings.deliveries-5 cannot be started: no leader");
    assertThat(opening.missing())
        .hasValueSatisfying(missing -> assertThat(missing).contains("not 5", "no leader"));
    pass(PATIENCE.minusNanos(1));
    assertThat(opening.missing()).isPresent();

    pass(Duration.ofNanos(1));

    assertThat(opening.missing()).isEmpty();
  }

  @Test
  void while_one_partition_after_the_other_opens_the_rest_is_waited_for() {
    partitions = SHUT;
    for (int i = 0; i < 10; i++) {
      pass(PATIENCE.minusNanos(1));
      progress++;
      assertThat(opening.missing()).isPresent();
    }
  }

  @Test
  void nobody_is_accepted_whom_the_node_could_neither_serve_nor_lead_to_another() {
    inbox = Health.unhealthy("parked inbox: REBALANCING");
    servesAny = false;
    pass(PATIENCE.multipliedBy(10));

    assertThat(opening.missing()).hasValue("parked inbox: REBALANCING");
  }

  /** A device could be given back a token that was revoked. */
  @Test
  void nobody_is_accepted_before_the_revocations_are_read() {
    revocations = Health.unhealthy("revocations are still being read");
    partitions = SHUT;
    pass(PATIENCE.multipliedBy(10));

    assertThat(opening.missing()).hasValue("revocations are still being read");
  }

  /** The limit of the start is longer, and without it one partition would end the process. */
  @Test
  void the_start_does_not_give_up_for_one_partition() throws Exception {
    partitions = SHUT;
    Prerequisites start = new Prerequisites(Duration.ofMinutes(1));

    start.await(
        () -> {
          pass(Duration.ofSeconds(1));
          return opening.missing();
        },
        () -> progress);

    assertThat(start.waitingFor()).isEmpty();
  }
}
