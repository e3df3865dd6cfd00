package dev.tidings.infra.ports;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortSpanTest {
  @ParameterizedTest
  @CsvSource({
    "32768 60999, 10000, 32767",
    "49152 65535, 10000, 49151",
    "10500 40000, 40001, 65535",
    "1024 60000, 60001, 65535"
  })
  void it_is_the_larger_part_beside_what_the_system_gives(String given, int lowest, int highest) {
    assertThat(PortSpan.besides(given.replace(' ', '\t') + "\n"))
        .isEqualTo(new PortSpan(lowest, highest));
  }

  @ParameterizedTest
  @CsvSource({"1024 65535", "10000 64000", "nothing of the kind", "1 2 3", "123456 1234567"})
  void where_the_system_gives_all_ports_or_does_not_tell_it_is_what_most_leave_free(String given) {
    assertThat(PortSpan.besides(given)).isEqualTo(new PortSpan(10_000, 32_767));
  }

  @Test
  void any_port_is_within_it() {
    PortSpan two = new PortSpan(20_000, 20_001);

    for (int i = 0; i < 100; i++) {
      assertThat(two.any()).isBetween(20_000, 20_001);
    }
  }
}
