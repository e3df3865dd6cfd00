package dev.tidings.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class OwnAddressTest {
  private static final InetAddress DEBIANS = address("127.0.1.1");

  @Test
  void the_address_of_the_hosts_name_is_taken_as_it_is() {
    assertThat(OwnAddress.of(address("10.1.2.3"), "kafka.invalid:9092"))
        .isEqualTo(address("10.1.2.3"));
  }

  @Test
  void where_that_is_loopback_it_is_the_one_that_the_brokers_are_reached_from() throws Exception {
    InetAddress own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(one -> one.isSiteLocalAddress() && !one.isLoopbackAddress())
            .findFirst()
            .orElse(DEBIANS);

    assertThat(OwnAddress.of(DEBIANS, "nobody.invalid:9092, " + own.getHostAddress() + ":9092"))
        .isEqualTo(own);
  }

  @Test
  void with_brokers_on_this_host_it_stays() {
    assertThat(OwnAddress.of(DEBIANS, "localhost:9092,PLAINTEXT://127.0.0.1:9093"))
        .isEqualTo(DEBIANS);
    assertThat(OwnAddress.of(DEBIANS, "no port, , :")).isEqualTo(DEBIANS);
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(literal, e);
    }
  }
}
