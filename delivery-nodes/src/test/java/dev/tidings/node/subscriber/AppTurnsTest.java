package dev.tidings.node.subscriber;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import org.junit.jupiter.api.Test;

/** One tenant's flood does not hold up another's requests: G133 of docs/guarantees.md. */
final class AppTurnsTest {
  private final AppTurns turns = new AppTurns(10, 3);

  private static DeviceKey key(String app, int device) {
    return new TopicMembership(
            new DeviceId("phone-" + device), new AppId(app), new BroadcastTopic("goals"))
        .key();
  }

  private boolean enters(String app, int device) {
    boolean enters = turns.enter(key(app, device));
    if (enters) {
      turns.add(key(app, device));
    }
    return enters;
  }

  @Test
  void what_one_app_has_waiting_holds_up_no_other() {
    for (int i = 0; i < 5; i++) {
      enters("com.a", i);
    }
    enters("com.b", 1);
    enters("com.b", 2);
    enters("com.c", 1);

    assertThat(turns.poll()).isEqualTo(key("com.a", 0));
    assertThat(turns.poll()).isEqualTo(key("com.b", 1));
    assertThat(turns.poll()).isEqualTo(key("com.c", 1));
    assertThat(turns.poll()).isEqualTo(key("com.a", 1));
    assertThat(turns.poll()).isEqualTo(key("com.b", 2));
    assertThat(turns.poll()).isEqualTo(key("com.a", 2));
    assertThat(turns.poll()).isEqualTo(key("com.a", 3));
    turns.add(key("com.b", 1));
    assertThat(turns.poll()).isEqualTo(key("com.a", 4));
    assertThat(turns.poll()).isEqualTo(key("com.b", 1));
    assertThat(turns.poll()).isNull();
  }

  @Test
  void an_app_with_few_has_room_when_another_one_has_taken_all_there_is() {
    for (int i = 0; i < 10; i++) {
      assertThat(enters("com.a", i)).isTrue();
    }
    assertThat(enters("com.a", 10)).isFalse();

    for (int i = 0; i < 3; i++) {
      assertThat(enters("com.b", i)).isTrue();
    }
    assertThat(enters("com.b", 3)).isFalse();
    assertThat(enters("com.c", 0)).isTrue();
    assertThat(enters("com.d", 0)).isTrue();
    // And there is an end of it, however many apps there are.
    assertThat(enters("com.e", 0)).isFalse();

    turns.leave(key("com.b", 0));
    assertThat(enters("com.e", 0)).isTrue();
  }
}
