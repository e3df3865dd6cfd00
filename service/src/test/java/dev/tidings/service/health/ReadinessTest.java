package dev.tidings.service.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReadinessTest {

  private final Readiness readiness = new Readiness();

  @Test
  void a_service_without_checks_is_ready() {
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void it_is_ready_exactly_while_all_checks_are_healthy() {
    AtomicReference<Health> kafka = new AtomicReference<>(Health.unhealthy("no broker"));
    readiness.add("kafka", kafka::get).add("disk", Health::healthy);
    assertThat(readiness.isReady()).isFalse();

    kafka.set(Health.healthy());
    assertThat(readiness.isReady()).isTrue();
  }

  @Test
  void the_report_has_each_check_in_the_order_in_which_they_were_added() {
    readiness
        .add("z", Health::healthy)
        .add("kafka", () -> Health.unhealthy("no broker"))
        .add("a", Health::healthy);

    assertThat(readiness.report().checks())
        .containsExactly(
            Map.entry("z", Health.healthy()),
            Map.entry("kafka", Health.unhealthy("no broker")),
            Map.entry("a", Health.healthy()));
  }

  @Test
  void a_check_that_throws_is_unhealthy_and_the_others_still_run() {
    readiness
        .add(
            "kafka",
            () -> {
              throw new IllegalStateException("closed");
            })
        .add("disk", Health::healthy);

    ReadinessReport report = readiness.report();

    assertThat(report.ready()).isFalse();
    assertThat(report.checks().get("kafka"))
        .isEqualTo(Health.unhealthy("check failed: java.lang.IllegalStateException: closed"));
    assertThat(report.checks().get("disk")).isEqualTo(Health.healthy());
  }

  @Test
  void a_draining_service_is_not_ready_and_asks_its_checks_no_more() {
    AtomicInteger asked = new AtomicInteger();
    readiness.add(
        "kafka",
        () -> {
          asked.incrementAndGet();
          return Health.healthy();
        });

    readiness.draining();

    assertThat(readiness.isDraining()).isTrue();
    assertThat(readiness.isReady()).isFalse();
    assertThat(readiness.report().checks())
        .containsEntry("draining", Health.unhealthy("the service is stopping"));
    assertThat(asked).hasValue(0);
  }

  @Test
  void two_checks_of_the_same_name_are_refused() {
    readiness.add("kafka", Health::healthy);

    assertThatThrownBy(() -> readiness.add("kafka", Health::healthy))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("check: kafka (expected: a name that no other check has)");
  }
}
