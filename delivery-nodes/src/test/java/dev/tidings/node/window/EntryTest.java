package dev.tidings.node.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.node.window.Entry.State;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTest {
  private static final Delivery DELIVERY =
      Delivery.newBuilder()
          .setId("id")
          .setToken("token")
          .setApp("com.example")
          .setPayload(ByteBuffer.wrap(new byte[0]))
          .setSteps(List.of())
          .build();

  private final Entry entry = new Entry(7, new DeviceId("phone"), DELIVERY, 100, 1_000);

  @Test
  void it_is_known_when_it_was_sent_last() {
    assertThat(entry.state()).isEqualTo(State.OPEN);
    assertThat(entry.sentAt()).isNull();

    entry.sent(2_000);
    entry.moveTo(State.OPEN);
    entry.sent(3_000);

    assertThat(entry.state()).isEqualTo(State.SENT);
    assertThat(entry.sentAt()).isEqualTo(3_000);
    assertThat(entry.wasParked()).isFalse();
  }

  @Test
  void what_was_parked_once_stays_the_inboxs_business() {
    entry.moveTo(State.PARKED);
    entry.moveTo(State.ENDING);

    assertThat(entry.wasParked()).isTrue();
  }

  @Test
  void whether_it_is_hot_is_said_by_others() {
    assertThat(entry.isHot()).isFalse();
    entry.hot(true);
    assertThat(entry.isHot()).isTrue();
    entry.hot(false);
    assertThat(entry.isHot()).isFalse();
  }

  @Test
  void only_the_window_resolves_and_what_is_resolved_stays_so() {
    assertThatThrownBy(() -> entry.moveTo(State.RESOLVED))
        .isInstanceOf(IllegalStateException.class);

    entry.resolve();

    assertThat(entry.state()).isEqualTo(State.RESOLVED);
    assertThatThrownBy(() -> entry.moveTo(State.OPEN)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(entry::delivery).isInstanceOf(IllegalStateException.class);
  }
}
