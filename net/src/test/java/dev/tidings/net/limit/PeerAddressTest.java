package dev.tidings.net.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PeerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
    "2001:db8:1:2::1, 2001:db8:1:3::1, false",
    "::c000:207:0:0:0:0, 192.0.2.7, false",
    "64:ff9b::808:808, 64:ff9b::909:909, false",
    "64:ff9b::808:808, 8.8.8.8, true",
    "64:ff9b::1:808:808, 64:ff9b::2:909:909, true",
    "64:ff9b::1:808:808, 8.8.8.8, false",
    "64:ff9b:1::808:808, 8.8.8.8, false",
    "::ffff:8.8.8.8, 8.8.8.8, true"
  })
  void an_address_of_ipv6_is_counted_by_its_first_64_bits_and_a_translated_one_as_that_of_ipv4(
      String one, String other, boolean same) {
    assertThat(PeerAddress.of(new InetSocketAddress(one, 1)))
        .satisfies(address ->
            assertThat(address.equals(PeerAddress.of(new InetSocketAddress(other, 2))))
                .isEqualTo(same));
  }

  @Test
  void an_address_is_written_as_it_is_counted() {
    assertThat(PeerAddress.of(new InetSocketAddress("255.0.2.7", 1))).hasToString("255.0.2.7");
    assertThat(PeerAddress.of(new InetSocketAddress("2001:db8:0:2::1", 1)))
        .hasToString("2001:db8:0:2::/64");
  }
}
