package dev.tidings.infra.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.device.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a simulated phone says while it is not connected. */
class ConnectionReportTest {
  private static final String ADVICE =
      "if no service runs there: ./tidings up starts one on this machine";

  private final List<String> said = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5_000_000_000L;
  private final ConnectionReport report =
      new ConnectionReport(new ServerAddress("127.0.0.1", 1883), said::add, () -> now);

  @Test
  void the_first_failure_tells_the_address_that_it_goes_on_and_how_to_start_a_service() {
    report.lost("Connection refused");

    assertThat(said)
        .containsExactly(
            "cannot connect to 127.0.0.1:1883: Connection refused; it goes on trying", ADVICE);
  }

  @Test
  void later_failures_are_told_ever_more_seldom() {
    List<Long> told = new ArrayList<>();
    for (int second = 0; second <= 1_500; second++) {
      int before = said.size();
      report.lost("Connection refused");
      if (said.size() > before) {
        told.add((long) second);
      }
      now += Duration.ofSeconds(1).toNanos();
    }

    assertThat(told).containsExactly(0L, 10L, 30L, 70L, 150L, 310L, 610L, 910L, 1_210L);
    assertThat(said.get(2))
        .isEqualTo("still not connected to 127.0.0.1:1883 after 10 s: Connection refused");
    assertThat(said).containsOnlyOnce(ADVICE);
  }

  @Test
  void a_connection_that_was_there_is_lost_and_advice_comes_when_it_does_not_come_back() {
    report.connected();
    report.lost("closed");
    assertThat(said)
        .containsExactly(
            "connected", "lost the connection to 127.0.0.1:1883: closed; it goes on trying");

    now += Duration.ofSeconds(11).toNanos();
    report.lost("Connection refused");
    assertThat(said).hasSize(4).endsWith(ADVICE);
  }

  @Test
  void after_a_connection_the_next_failure_is_told_at_once() {
    report.lost("Connection refused");
    report.connected();
    report.lost("closed");

    assertThat(said).last().asString().startsWith("lost the connection to 127.0.0.1:1883");
  }
}
