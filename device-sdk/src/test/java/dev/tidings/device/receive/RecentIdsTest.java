package dev.tidings.device.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RecentIdsTest {

  @Test
  void the_one_seen_longest_ago_is_forgotten_first() {
    RecentIds ids = new RecentIds(2, IdStore.NONE);
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
    RecentIds ids = new RecentIds(100, IdStore.NONE);
    for (int i = 0; i < 10_000; i++) {
      ids.add("id " + i);
    }

    int kept = 0;
    for (int i = 0; i < 10_000; i++) {
      kept += ids.contains("id " + i) ? 1 : 0;
    }
    assertThat(kept).isEqualTo(100);
  }

  @Test
  void ids_that_a_store_kept_are_known_after_a_restart_of_the_app() {
    List<String> kept = new ArrayList<>(List.of("old"));
    IdStore store =
        new IdStore() {
          @Override
          public List<String> load() {
            return List.copyOf(kept);
          }

          @Override
          public void add(String id) {
            kept.add(id);
          }
        };
    RecentIds before = new RecentIds(10, store);
    before.add("new");

    RecentIds after = new RecentIds(10, store);

    assertThat(after.contains("old")).isTrue();
    assertThat(after.contains("new")).isTrue();
    assertThat(after.contains("other")).isFalse();
  }

  @Test
  void a_store_that_fails_keeps_nothing_from_being_remembered_until_the_end() {
    IdStore broken =
        new IdStore() {
          @Override
          public List<String> load() throws IOException {
            throw new IOException("disk");
          }

          @Override
          public void add(String id) throws IOException {
            throw new IOException("disk");
          }
        };
    RecentIds ids = new RecentIds(10, broken);

    assertThat(ids.contains("a")).isFalse();
    ids.add("a");
    assertThat(ids.contains("a")).isTrue();
  }
}
