package dev.tidings.node.mqtt.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Here three refusals at once, one more a second, and five checks a second above that. */
final class RefusalPaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final RefusalLimits LIMITS =
      new RefusalLimits(3, 1, 5, Duration.ofSeconds(10), 2, 100);
  private static final SocketAddress HERE = address("203.0.113.7");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final RefusalPace pace = new RefusalPace(LIMITS, meters);

  private static SocketAddress address(String text) {
    return new InetSocketAddress(text, 40_000);
  }

  /** The waits of so many refusals at once, in seconds. */
  private List<Long> refuse(SocketAddress from, int count, long now) {
    List<Long> waits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      waits.add(pace.refused(from, now) / SECOND);
    }
    return waits;
  }

  private int checked(SocketAddress from, int count, long now) {
    return (int) IntStream.range(0, count).filter(i -> pace.mayCheck(from, now)).count();
  }

  private double addresses() {
    return meters.get("tidings.node.refusals.addresses").gauge().value();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5 * SECOND, Long.MAX_VALUE - 2 * SECOND, Long.MIN_VALUE})
  void the_first_are_answered_at_once_and_the_next_ones_later_and_later(long now) {
    assertThat(refuse(HERE, 15, now))
        .containsExactly(0L, 0L, 0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 10L, 10L);
  }

  @Test
  void as_many_as_are_allowed_in_a_second_are_never_delayed() {
    for (int second = 0; second < 100; second++) {
      assertThat(pace.refused(HERE, second * SECOND)).isZero();
    }
  }

  @Test
  void an_address_that_gives_up_is_within_its_limit_ten_seconds_later_and_then_forgotten() {
    var _ = refuse(HERE, 1_000, 0);
    assertThat(pace.refused(HERE, 5 * SECOND)).isPositive();
    assertThat(checked(HERE, 100, 15 * SECOND)).isEqualTo(100);
    assertThat(pace.refused(HERE, 17 * SECOND)).isZero();
    assertThat(addresses()).isOne();

    assertThat(pace.mayCheck(HERE, 20 * SECOND)).isTrue();
    assertThat(addresses()).isZero();
    assertThat(refuse(HERE, 4, 20 * SECOND)).containsExactly(0L, 0L, 0L, 1L);
  }

  @Test
  void over_its_limit_only_some_of_its_credentials_are_checked() {
    assertThat(checked(HERE, 100, 0)).isEqualTo(100);
    var _ = refuse(HERE, 3, 0);
    assertThat(checked(HERE, 100, 0)).isEqualTo(100);

    var _ = refuse(HERE, 10, 0);
    assertThat(checked(HERE, 100, 0)).isEqualTo(5);
    assertThat(checked(HERE, 100, SECOND / 5 - 1)).isZero();
    assertThat(checked(HERE, 100, SECOND / 5)).isOne();
    assertThat(checked(HERE, 100, 3 * SECOND)).isEqualTo(5);
    assertThat(meters.get("tidings.node.refusals.unchecked").counter().count())
        .isEqualTo(95 + 100 + 99 + 95);
  }

  @Test
  void good_credentials_give_their_turn_back_and_bad_ones_do_not() {
    var _ = refuse(HERE, 10, 0);
    for (int i = 0; i < 100; i++) {
      assertThat(pace.mayCheck(HERE, 0)).isTrue();
      pace.accepted(HERE);
    }
    assertThat(checked(HERE, 100, 0)).isEqualTo(5);
    assertThat(pace.refused(HERE, 0)).isPositive();
  }

  @Test
  void who_is_accepted_pays_for_no_others() {
    var _ = refuse(HERE, 10, 0);
    for (int i = 0; i < 100; i++) {
      pace.accepted(HERE);
    }
    assertThat(checked(HERE, 100, 0)).isEqualTo(5);
  }

  @Test
  void addresses_that_are_quiet_are_forgotten_though_they_never_come_again() {
    for (int i = 0; i < 10; i++) {
      var _ = pace.refused(address("198.51.100." + i), 0);
    }
    assertThat(addresses()).isEqualTo(10);
    for (int i = 0; i < 5; i++) {
      assertThat(pace.mayCheck(HERE, 2 * SECOND)).isTrue();
    }
    assertThat(addresses()).isZero();

    for (int i = 0; i < 10; i++) {
      var _ = pace.refused(address("198.51.100." + i), 2 * SECOND);
    }
    for (int i = 0; i < 10; i++) {
      var _ = pace.refused(HERE, 4 * SECOND);
    }
    assertThat(addresses()).isOne();
  }

  @Test
  void another_address_is_not_concerned() {
    var _ = refuse(HERE, 100, 0);

    assertThat(checked(address("203.0.113.8"), 100, 0)).isEqualTo(100);
    assertThat(refuse(address("203.0.113.8"), 3, 0)).containsOnly(0L);
  }

  @Test
  void a_network_of_ipv6_is_one_address() {
    for (int i = 1; i <= 4; i++) {
      var _ = pace.refused(address("2001:db8:0:1::" + i), 0);
    }

    assertThat(pace.refused(address("2001:db8:0:1:ffff::1"), 0)).isPositive();
    assertThat(pace.refused(address("2001:db8:0:2::1"), 0)).isZero();
    assertThat(addresses()).isEqualTo(2);
  }

  @Test
  void so_many_addresses_are_remembered_and_the_longest_unseen_are_forgotten() {
    var _ = refuse(HERE, 100, 0);
    for (int i = 0; i < 300; i++) {
      var _ = pace.refused(address("198.51.%d.%d".formatted(i / 250, i % 250)), 0);
      if (i < 150) {
        assertThat(pace.refused(HERE, 0)).isPositive();
      }
    }

    assertThat(addresses()).isEqualTo(100);
    assertThat(pace.refused(HERE, 0)).isZero();
  }

  private Optional<RefusalPace.Wait> begin(SocketAddress from) {
    var _ = refuse(from, 4, 0);
    return pace.begin(from);
  }

  @Test
  void so_many_answers_wait_and_the_others_are_given_at_once() {
    RefusalPace.Wait one = begin(address("198.51.100.1")).orElseThrow();
    assertThat(begin(address("198.51.100.2"))).isPresent();
    assertThat(begin(address("198.51.100.3"))).isEmpty();
    one.end();
    assertThat(begin(address("198.51.100.3"))).isPresent();

    assertThat(meters.get("tidings.node.refusals.waiting").gauge().value()).isEqualTo(2);
    assertThat(meters.get("tidings.node.refusals.delayed").counter().count()).isEqualTo(3);
  }

  @Test
  void no_address_has_more_than_an_eighth_of_all_waits() {
    RefusalPace many =
        new RefusalPace(
            new RefusalLimits(1, 1, 1_000, Duration.ofSeconds(10), 80, 100),
            new SimpleMeterRegistry());
    List<RefusalPace.Wait> waits = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      var _ = many.refused(HERE, 0);
      many.begin(HERE).ifPresent(waits::add);
    }
    assertThat(waits).hasSize(10);

    SocketAddress other = address("203.0.113.8");
    for (int i = 0; i < 2; i++) {
      var _ = many.refused(other, 0);
    }
    assertThat(many.begin(other)).isPresent();

    waits.getFirst().end();
    assertThat(many.begin(HERE)).isPresent();
    assertThat(many.begin(HERE)).isEmpty();
  }

  @Test
  void the_waits_of_an_address_count_also_when_its_refusals_are_forgotten() {
    RefusalPace.Wait before = begin(HERE).orElseThrow();
    for (int i = 0; i < 100; i++) {
      var _ = pace.refused(address("198.51.100." + i), 0);
    }

    assertThat(begin(HERE)).isEmpty();
    before.end();
    assertThat(begin(HERE)).isPresent();
  }

  @Test
  void limits_that_cannot_be_are_refused() {
    assertThatThrownBy(() -> new RefusalLimits(0, 1, 1, Duration.ofSeconds(1), 1, 1))
        .hasMessage("burst: 0 (expected: >= 1)");
    assertThatThrownBy(() -> new RefusalLimits(1, 1, 1, Duration.ofMillis(999), 1, 1))
        .hasMessage("max delay: PT0.999S (expected: >= PT1S)");
  }
}
