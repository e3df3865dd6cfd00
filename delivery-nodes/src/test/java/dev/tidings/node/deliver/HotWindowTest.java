package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.node.window.Entry;
import dev.tidings.node.window.RecentDeliveries;
import dev.tidings.node.window.Window;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class HotWindowTest {
  private static final DeviceId PHONE = new DeviceId("phone");
  private static final DeliveryPrint PRINT = DeliveryPrint.of("id", "token", PHONE);

  private final HotWindow hot = new HotWindow(new RecentDeliveries(0));

  @Test
  void what_has_ended_and_is_not_read_yet_is_remembered_up_to_a_bound_the_next_ones_first() {
    int most = HotWindow.MOST_ENDED_UNREAD;
    for (long sequence = most + 9L; sequence >= 0; sequence--) {
      hot.leftInbox(sequence, PRINT);
    }
    hot.begin(new CommitPoint(0, new BitSet()));
    Window window = Objects.requireNonNull(hot.window());

    assertThat(hot.add(window, entry(0))).isEqualTo(HotWindow.Arrival.RESOLVED);
    assertThat(hot.add(window, entry(most - 1L))).isEqualTo(HotWindow.Arrival.RESOLVED);
    assertThat(hot.add(window, entry(most))).isEqualTo(HotWindow.Arrival.NEW);
  }

  /** Another program may have written under any sequence. */
  @Test
  void what_has_ended_ends_no_other_notification_of_its_sequence() {
    hot.leftInbox(0, DeliveryPrint.of("other", "token", PHONE));
    hot.leftInbox(1, DeliveryPrint.of("id", "other", PHONE));
    hot.leftInbox(2, DeliveryPrint.of("id", "token", new DeviceId("other")));
    hot.leftInbox(3, PRINT);
    hot.leftInbox(3, DeliveryPrint.of("other", "token", PHONE));
    hot.begin(new CommitPoint(0, new BitSet()));
    Window window = Objects.requireNonNull(hot.window());

    for (long sequence = 0; sequence < 3; sequence++) {
      assertThat(hot.add(window, entry(sequence))).isEqualTo(HotWindow.Arrival.NEW);
    }
    assertThat(hot.add(window, entry(3))).isEqualTo(HotWindow.Arrival.RESOLVED);
  }

  private static Entry entry(long sequence) {
    Delivery delivery =
        Delivery.newBuilder()
            .setId("id")
            .setToken("token")
            .setApp("app")
            .setPayload(ByteBuffer.allocate(0))
            .setSteps(List.of())
            .build();
    return new Entry(sequence, PHONE, delivery, 100, 0);
  }
}
