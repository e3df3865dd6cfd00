package dev.tidings.streams.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.streams.channel.EarlyJoins.Join;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shows G153 of docs/guarantees.md. */
final class EarlyJoinsTest {
  private final EarlyJoins joins = new EarlyJoins();

  private static Join join(int device) {
    return new Join(
        new TopicMembership(
            new DeviceId("phone-" + device),
            new AppId("com.example.news"),
            new BroadcastTopic("channel:Scores00")),
        null);
  }

  @Test
  void there_is_room_for_ten_thousand_and_each_is_given_back_once() {
    for (int i = 0; i < 10_000; i++) {
      assertThat(joins.add(join(i))).isTrue();
    }
    assertThat(joins.add(join(10_000))).isFalse();
    // Who joins once more has its place.
    assertThat(joins.add(join(1))).isTrue();

    Set<Join> given = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      List<Join> next = joins.next();
      assertThat(next).hasSize(1_000);
      given.addAll(next);
    }
    assertThat(given).hasSize(10_000);
    assertThat(joins.isEmpty()).isTrue();
  }

  @Test
  void who_joins_when_everything_is_read_is_not_noted() {
    assertThat(joins.isOver()).isFalse();
    assertThat(joins.next()).isEmpty();

    assertThat(joins.isOver()).isTrue();
    assertThat(joins.add(join(1))).isTrue();
    assertThat(joins.isEmpty()).isTrue();
  }
}
