package dev.tidings.node.parked;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParkedRangeTest {
  private final ParkedRange range = new ParkedRange();

  private static ParkedHeader label(long collapseKey) {
    return new ParkedHeader(100, Long.MAX_VALUE, collapseKey, "token", "app", "id");
  }

  @Test
  void it_counts_and_weighs_what_stands() {
    range.add(3, label(0));
    range.add(7, label(0));
    assertThat(range.count()).isEqualTo(2);
    assertThat(range.bytes()).isEqualTo(200);
    assertThat(range.low()).isEqualTo(3);
    assertThat(range.high()).isEqualTo(7);
    range.rewritten(label(0), new ParkedHeader(150, 0, 0, "token", "app", "id"));
    assertThat(range.bytes()).isEqualTo(250);
    range.remove(3, label(0));
    assertThat(range.isEmpty()).isFalse();
    assertThat(range.count()).isEqualTo(1);
    assertThat(range.bytes()).isEqualTo(150);
    assertThat(range.low()).as("where reading begins").isEqualTo(4);
    assertThat(range.high()).isEqualTo(7);
    range.remove(7, new ParkedHeader(150, 0, 0, "token", "app", "id"));
    assertThat(range.bytes()).isZero();
    assertThat(range.low()).isEqualTo(Long.MAX_VALUE);
    assertThat(range.isEmpty()).isTrue();
    assertThat(range.high()).isEqualTo(ParkedRange.NONE);
  }

  @Test
  void one_that_leaves_from_the_middle_leaves_the_ends_where_they_are() {
    range.add(3, label(0));
    range.add(5, label(0));
    range.add(7, label(0));

    range.remove(5, label(0));

    assertThat(range.low()).isEqualTo(3);
    assertThat(range.high()).isEqualTo(7);
    assertThat(range.count()).isEqualTo(2);
  }

  @Test
  void of_two_with_one_collapse_key_the_older_is_replaced_whichever_comes_first() {
    assertThat(range.add(3, label(5))).isEqualTo(ParkedRange.NONE);
    assertThat(range.add(7, label(5))).isEqualTo(3);
    assertThat(range.add(4, label(5))).isEqualTo(4);
    assertThat(range.hasNewer(5, 4)).isTrue();
    assertThat(range.hasNewer(5, 7)).isFalse();
    assertThat(range.hasNewer(6, 1)).isFalse();
  }

  @Test
  void once_the_newest_has_gone_it_replaces_nothing_any_more() {
    range.add(3, label(5));
    range.add(7, label(5));
    range.remove(3, label(5));
    assertThat(range.hasCollapseKeys()).isTrue();
    range.remove(7, label(5));
    assertThat(range.hasCollapseKeys()).isFalse();
    assertThat(range.add(9, label(5))).isEqualTo(ParkedRange.NONE);
  }
}
