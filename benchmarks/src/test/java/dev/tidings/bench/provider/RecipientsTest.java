package dev.tidings.bench.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecipientsTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 24, 1000, 10_000})
  void everybody_has_a_turn_before_anybody_has_another(int size) {
    Recipients recipients = recipients(size);
    Set<Integer> seen = new HashSet<>();

    for (int i = 0; i < size; i++) {
      seen.add(recipients.next());
      assertThat(recipients.take()).isZero();
    }

    assertThat(seen).hasSize(size);
    assertThat(recipients.take()).isEqualTo(1);
  }

  @Test
  void what_was_sent_is_counted_for_each() {
    Recipients recipients = recipients(1);
    recipients.take();
    recipients.take();

    assertThat(recipients.sent(0)).isEqualTo(2);
  }

  @Test
  void one_may_be_sent_more_and_the_others_share_the_rest() {
    Recipients recipients = new Recipients(tokens(10), 30);

    for (int i = 0; i < 1000; i++) {
      recipients.take();
    }

    assertThat(recipients.sent(Recipients.HOT)).isBetween(369, 371);
    assertThat(recipients.sent(1)).isBetween(69, 71);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 101})
  void more_than_all_or_less_than_nothing_is_refused(int percent) {
    assertThatThrownBy(() -> new Recipients(tokens(2), percent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--hot: " + percent);
  }

  private static Recipients recipients(int size) {
    return new Recipients(tokens(size));
  }

  private static List<String> tokens(int size) {
    return IntStream.range(0, size).mapToObj("%064x"::formatted).toList();
  }
}
