package dev.tidings.streams.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Shows G153 of docs/guarantees.md. */
final class EndedTest {
  private static final long WEEK = Duration.ofDays(7).toMillis();

  private final Ended ended = new Ended();
  private final List<BroadcastKey> forgotten = new ArrayList<>();
  private final Set<BroadcastKey> kept = new HashSet<>();

  private static BroadcastKey key(int number) {
    return new BroadcastKey(Fleet.id(number), 0, Kind.PROGRESS);
  }

  private void forget(long now) {
    for (int i = 0; i < 200; i++) {
      ended.forget(now, kept::contains, forgotten::add);
    }
  }

  @Test
  void each_is_kept_for_a_week() {
    ended.add(key(1), "one", 1_000);
    ended.add(key(2), "other", 2_000);
    ended.add(key(1), "one", 3_000);
    forget(WEEK + 999);
    assertThat(forgotten).isEmpty();
    forget(WEEK + 1_000);
    assertThat(forgotten).containsExactly(key(1));
    forget(WEEK + 2_000);
    assertThat(forgotten).containsExactly(key(1), key(2));
  }

  @Test
  void of_too_many_those_leave_whose_app_has_most_of_them() {
    for (int i = 0; i < 10; i++) {
      ended.add(key(i), "one", i);
    }
    for (int i = 10; i < Ended.MOST + 15; i++) {
      ended.add(key(i), "other", i);
    }
    forget(Ended.MOST);
    assertThat(forgotten)
        .hasSize(15)
        .containsExactlyElementsOf(IntStream.range(10, 25).mapToObj(EndedTest::key).toList());
  }

  @Test
  void what_a_channel_keeps_is_passed_over_until_it_lets_go_of_it() {
    for (int i = 0; i < 20; i++) {
      ended.add(key(i), "one", i);
      kept.add(key(i));
    }
    for (int i = 20; i < Ended.MOST + 30; i++) {
      ended.add(key(i), "one", i);
    }
    forget(Ended.MOST);
    assertThat(forgotten)
        .containsExactlyElementsOf(IntStream.range(20, 30).mapToObj(EndedTest::key).toList());

    forgotten.clear();
    kept.remove(key(3));
    ended.letGo(key(3));
    forget(Ended.MOST);
    assertThat(forgotten).containsExactly(key(3));
  }

  @Test
  void of_what_channels_keep_there_is_a_most_too_and_the_app_with_most_of_it_loses_the_oldest() {
    for (int i = 0; i < Ended.MOST + Ended.MOST_KEPT + 10; i++) {
      ended.add(key(i), i < 5 ? "one" : "other", i);
      kept.add(key(i));
    }
    for (int i = 0; i < 30; i++) {
      forget(Ended.MOST);
    }

    assertThat(forgotten)
        .containsExactlyElementsOf(IntStream.range(5, 15).mapToObj(EndedTest::key).toList());
  }
}
