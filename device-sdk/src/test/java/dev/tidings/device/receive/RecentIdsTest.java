package dev.tidings.device.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RecentIdsTest {

  @Test
  void the_one_seen_longest_ago_is_forgotten_first() {
    RecentIds ids = new RecentIds(2);
    ids.add("a");
    ids.add("b");
    assertThat(ids.contains("a")).isTrue();

    ids.add("c");

    assertThat(ids.contains("a")).isTrue();
    assertThat(ids.contains("b")).isFalse();
    assertThat(ids.contains("c")).isTrue();
  }

  @Test
  void no_more_are_kept_than_the_capacity() {
    RecentIds ids = new RecentIds(100);
    for (int i = 0; i < 10_000; i++) {
      ids.add("id " + i);
    }

    int kept = 0;
    for (int i = 0; i < 10_000; i++) {
      kept += ids.contains("id " + i) ? 1 : 0;
    }
    assertThat(kept).isEqualTo(100);
  }
}
