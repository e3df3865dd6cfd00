package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void all_taken_ports_are_reported_at_once() throws Exception {
    try (var first = new ServerSocket(0);
        var second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var wanted =
          List.of(
              new Ports.Wanted("kafka", "--kafka-port", first.getLocalPort()),
              new Ports.Wanted("mqtt", "--mqtt-port", 0),
              new Ports.Wanted("http", "--http-port", second.getLocalPort()));

      assertThatThrownBy(() -> Ports.settle(wanted))
          .isInstanceOf(PortsTakenException.class)
          .hasMessage(
              """
              kafka port %d is taken (set --kafka-port, or 0 for any free one)
              http port %d is taken (set --http-port, or 0 for any free one)\
              """
                  .formatted(first.getLocalPort(), second.getLocalPort()));
    }
  }

  @Test
  void zero_is_any_free_port_and_no_two_are_the_same() {
    var settled =
        Ports.settle(
            List.of(new Ports.Wanted("a", "--a-port", 0), new Ports.Wanted("b", "--b-port", 0)));

    assertThat(settled.byName().values()).doesNotHaveDuplicates().doesNotContain(0);
  }

  @Test
  void any_free_port_is_one_that_no_outgoing_connection_is_given() {
    assertThat(Ports.free()).isBetween(1_024, 32_767);
  }

  @Test
  void a_free_port_is_given_as_it_was_asked_for() {
    int free = Ports.settle(List.of(new Ports.Wanted("a", "--a-port", 0))).get("a");

    assertThat(Ports.settle(List.of(new Ports.Wanted("a", "--a-port", free))).get("a"))
        .isEqualTo(free);
  }
}
