package dev.tidings.net.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressRangesTest {
  private static boolean contains(String range, String address) {
    return AddressRanges.of(List.of("192.0.2.1", range))
        .contains(new InetSocketAddress(address, 40_000));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255",
    "10.1.2.3/8, 10.9.9.9",
    "10.0.0.128/25, 10.0.0.200",
    "10.0.0.7, 10.0.0.7",
    "10.0.0.7/32, 10.0.0.7",
    "2001:db8::/32, 2001:db8:ffff::1",
    "2001:db8::/33, 2001:db8:7fff::1",
    "::1, ::1",
    "10.0.0.0/8, ::ffff:10.0.0.1",
    "10.0.0.0/8, 192.0.2.1"
  })
  void an_address_of_a_network_is_in_it(String range, String address) {
    assertThat(contains(range, address)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 11.0.0.0",
    "10.0.0.128/25, 10.0.0.127",
    "10.0.0.7, 10.0.0.8",
    "2001:db8::/33, 2001:db8:8000::1",
    "::1, 0.0.0.1",
    "10.0.0.0/8, 2001:db8::1",
    "::/1, 10.0.0.1"
  })
  void an_address_outside_is_not(String range, String address) {
    assertThat(contains(range, address)).isFalse();
  }

  @Test
  void none_contain_nothing() {
    assertThat(AddressRanges.NONE.contains(new InetSocketAddress("127.0.0.1", 1))).isFalse();
    assertThat(AddressRanges.of(List.of("::1")).contains(null)).isFalse();
    assertThat(
            AddressRanges.of(List.of("::1"))
                .contains(InetSocketAddress.createUnresolved("localhost", 1)))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/0",
        "::/0",
        "::/129",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/08",
        "10.0.0.0/8/8",
        "fe80::1%eth0",
        "10.0.0.0 /8"
      })
  void what_is_no_network_is_refused_by_name(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRanges.of(List.of("::1", text)))
        .withMessage(text);
  }
}
