package dev.tidings.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BroadcastKeysTest {
  private static final DeviceId DEVICE = new DeviceId("phone-1");
  private static final NotificationId ID =
      new NotificationId("00000000-0000-0000-0000-000000000001");

  @Test
  void who_has_joined_a_topic_is_in_the_key() {
    TopicMembership membership =
        new TopicMembership(DEVICE, new AppId("com.example.news"), new BroadcastTopic("goals"));

    assertThat(membership.key().name()).isEqualTo("com.example.news/goals");
    assertThat(TopicMembership.parse(membership.key().bytes())).contains(membership);
    assertThat(TopicMembership.isName(membership.key().name())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "com.example.news", "/goals", "com.example.news/", "a/b/c", "a/b c"})
  void the_key_of_a_session_or_of_something_else_is_of_no_topic(String name) {
    assertThat(TopicMembership.parse(new DeviceKey(DEVICE, name).bytes())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void each_kind_of_record_of_a_broadcast_has_its_key(Kind kind) {
    BroadcastKey key = new BroadcastKey(ID, 12, kind);

    assertThat(BroadcastKey.parse(key.bytes())).contains(key);
    assertThat(new BroadcastKey(ID, 12, Kind.STOP).of(kind)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "00000000-0000-0000-0000-000000000001",
        "00000000-0000-0000-0000-000000000001/",
        "00000000-0000-0000-0000-000000000001/+",
        "00000000-0000-0000-0000-000000000001/1*",
        "00000000-0000-0000-0000-000000000001/1++",
        "00000000-0000-0000-0000-000000000001/01",
        "00000000-0000-0000-0000-000000000001/1234567",
        "00000000-0000-0000-0000-00000000000x/1"
      })
  void other_bytes_are_no_key_of_a_broadcast(String key) {
    assertThat(BroadcastKey.parse(key.getBytes(UTF_8))).isEmpty();
  }
}
