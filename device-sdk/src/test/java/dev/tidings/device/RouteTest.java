package dev.tidings.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteTest {
  private static final ServerAddress A = new ServerAddress("a", 1);
  private static final ServerAddress B = new ServerAddress("b", 2);
  private static final ServerAddress C = new ServerAddress("c", 3);
  private static final ServerAddress D = new ServerAddress("d", 4);

  private final Route route = new Route(List.of(A, B));

  @Test
  void after_a_failure_the_next_one_is_tried_and_after_the_last_the_first() {
    assertThat(route.current()).isEqualTo(A);
    route.failed();
    assertThat(route.current()).isEqualTo(B);
    route.failed();
    assertThat(route.current()).isEqualTo(A);
  }

  @Test
  void those_referred_to_are_tried_once_each_and_then_the_one_that_named_them() {
    assertThat(route.refer("c:3 nonsense  d:4")).isTrue();

    assertThat(route.current()).isEqualTo(C);
    route.failed();
    assertThat(route.current()).isEqualTo(D);
    route.failed();
    assertThat(route.current()).isEqualTo(A);
    route.failed();
    assertThat(route.current()).isEqualTo(B);
  }

  @Test
  void a_connection_that_broke_is_tried_again_where_it_was_configured() {
    route.lost();
    assertThat(route.current()).isEqualTo(A);

    assertThat(route.refer("c:3 d:4")).isTrue();
    route.lost();
    assertThat(route.current()).isEqualTo(A);
  }

  @Test
  void a_reference_that_is_none_changes_nothing() {
    assertThat(route.refer("")).isFalse();
    assertThat(route.refer("somewhere else")).isFalse();
    assertThat(route.current()).isEqualTo(A);
  }

  @Test
  void an_ipv6_address_stands_in_brackets() {
    assertThat(ServerAddress.parse("[::1]:1883")).contains(new ServerAddress("::1", 1883));
    assertThat(new ServerAddress("::1", 1883)).hasToString("[::1]:1883");
    assertThat(A).hasToString("a:1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", ":1", "a:", "a:0", "a:65536", "a:x", "::1", "[]:1", "a:-1"})
  void what_is_no_address_is_none(String text) {
    assertThat(ServerAddress.parse(text)).isEmpty();
  }

  @Test
  void there_has_to_be_a_server() {
    assertThatThrownBy(() -> DeviceOptions.builder("a", 1, "phone").servers(List.of()))
        .hasMessage("servers: none (expected: at least one address)");
  }
}
