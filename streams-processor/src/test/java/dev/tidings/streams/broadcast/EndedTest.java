package dev.tidings.streams.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EndedTest {
  private static final long WEEK = Duration.ofDays(7).toMillis();

  private final Ended ended = new Ended();
  private final List<BroadcastKey> forgotten = new ArrayList<>();

  private static BroadcastKey key(int number) {
    return new BroadcastKey(Fleet.id(number), 0, Kind.PROGRESS);
  }

  private void forget(long now) {
    for (int i = 0; i < 200; i++) {
      ended.forget(now, forgotten::add);
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
}
