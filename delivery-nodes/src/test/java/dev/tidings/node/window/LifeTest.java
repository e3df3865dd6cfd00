package dev.tidings.node.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G51 of docs/guarantees.md. */
class LifeTest {
  private static final Uuid TOPIC = new Uuid(1, 2);
  private static final Uuid OTHER = new Uuid(3, 4);
  private static final int LAST = (1 << 15) - 1;
  private static final long LAST_OFFSET = (1L << 48) - 1;

  @Test
  void in_the_first_life_sequences_are_the_offsets() {
    Life first = Life.first(TOPIC);

    assertThat(first.sequence(0)).isZero();
    assertThat(first.sequence(LAST_OFFSET)).isEqualTo(LAST_OFFSET);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 12_345, LAST_OFFSET})
  void a_sequence_tells_its_life_and_its_offset(long offset) {
    for (int number : new int[] {0, 1, 7, LAST}) {
      long sequence = new Life(number, TOPIC, 0).sequence(offset);

      assertThat(sequence).isNotNegative();
      assertThat(Life.numberOf(sequence)).isEqualTo(number);
      assertThat(Life.offsetOf(sequence)).isEqualTo(offset);
    }
  }

  @Test
  void what_comes_in_a_later_life_comes_behind_all_of_the_earlier_ones() {
    Life first = Life.first(TOPIC);
    Life next = first.next(OTHER, 5);

    assertThat(next).isEqualTo(new Life(1, OTHER, 5));
    assertThat(next.sequence(0)).isGreaterThan(first.sequence(LAST_OFFSET));
  }

  @Test
  void there_are_only_so_many() {
    Life last = new Life(LAST, TOPIC, 0);

    assertThat(last.next(OTHER, 5)).isEqualTo(new Life(LAST, OTHER, 5));
    assertThatThrownBy(() -> new Life(LAST + 1, TOPIC, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("life: " + (LAST + 1));
    assertThatThrownBy(() -> new Life(-1, TOPIC, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_topic_is_another_one_only_where_both_ids_are_known() {
    Life life = Life.first(TOPIC);

    assertThat(life.isOfAnother(OTHER)).isTrue();
    assertThat(life.isOfAnother(TOPIC)).isFalse();
    assertThat(life.isOfAnother(Uuid.ZERO_UUID)).isFalse();
    assertThat(Life.first(Uuid.ZERO_UUID).isOfAnother(OTHER)).isFalse();
  }

  @Test
  void it_is_kept_as_it_was_and_nothing_else_passes_for_one() {
    Life life = new Life(3, TOPIC, 42);

    assertThat(Life.of(life.bytes())).isEqualTo(life);
    for (String other : new String[] {"", "1", "1 3 x", "2 3 " + TOPIC + " 42", "1 3 ? 42"}) {
      assertThat(Life.of(other.getBytes(StandardCharsets.UTF_8))).as(other).isNull();
    }
    assertThat(Life.of(null)).isNull();
    // No topic was ever made anew so often, and no log is that long.
    for (String absurd :
        new String[] {
          "1 32767 " + TOPIC + " 0",
          "1 16384 " + TOPIC + " 0",
          "1 3 " + TOPIC + " -1",
          "1 3 " + TOPIC + " " + (LAST_OFFSET + 1),
          "1 3 " + TOPIC + " " + Long.MAX_VALUE
        }) {
      assertThat(Life.of(absurd.getBytes(StandardCharsets.UTF_8))).as(absurd).isNull();
    }
    Life greatest = new Life(16_383, TOPIC, LAST_OFFSET);
    assertThat(Life.of(greatest.bytes())).isEqualTo(greatest);
    // One that a later version has more to say of.
    assertThat(Life.of(("1 3 " + TOPIC + " 42 more").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(life);
  }
}
