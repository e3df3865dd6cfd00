package dev.tidings.service.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;

/** {@code TopicsIT} asks a real broker. */
class AdvertisedAddressesTest {
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  @Test
  void an_address_where_nobody_answers_is_named_with_the_brokers_setting() throws IOException {
    try (ServerSocket there = new ServerSocket(0, 1, HERE);
        Socket nobody = new Socket()) {
      // Has the port, so that nobody else comes to listen there.
      nobody.bind(new InetSocketAddress(HERE, 0));
      Node answers = broker(1, there.getLocalPort());
      Node silent = broker(2, nobody.getLocalPort());

      assertThat(AdvertisedAddresses.complaint(Set.of(answers, silent)))
          .hasValueSatisfying(said ->
              assertThat(said)
                  .contains(silent.host() + ":" + silent.port())
                  .contains("advertised.listeners")
                  .doesNotContain(":" + answers.port()));
    }
  }

  @Test
  void one_that_no_name_server_knows_is_named_too() {
    assertThat(AdvertisedAddresses.complaint(Set.of(new Node(1, "broker.invalid", 9092))))
        .hasValueSatisfying(said -> assertThat(said).contains("broker.invalid:9092"));
  }

  @Test
  void where_all_answer_there_is_nothing_to_say() throws IOException {
    try (ServerSocket there = new ServerSocket(0, 1, HERE)) {
      assertThat(AdvertisedAddresses.complaint(Set.of(broker(1, there.getLocalPort())))).isEmpty();
    }
  }

  private static Node broker(int id, int port) {
    return new Node(id, HERE.getHostAddress(), port);
  }
}
