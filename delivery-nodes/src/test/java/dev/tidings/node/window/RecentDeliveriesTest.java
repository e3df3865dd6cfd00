package dev.tidings.node.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecentDeliveriesTest {
  private static final DeviceId PHONE = new DeviceId("phone");

  @Test
  void what_comes_once_more_is_recognised_as_long_as_it_is_among_the_last() {
    RecentDeliveries recent = new RecentDeliveries(3);
    assertThat(recent.add("a", PHONE)).isTrue();
    assertThat(recent.add("b", PHONE)).isTrue();
    assertThat(recent.add("a", PHONE)).isFalse();
    assertThat(recent.add("c", PHONE)).isTrue();
    assertThat(recent.add("d", PHONE)).isTrue();
    assertThat(recent.add("b", PHONE)).isFalse();
    assertThat(recent.add("a", PHONE)).isTrue();
  }

  @Test
  void the_same_notification_for_another_device_is_another_delivery() {
    RecentDeliveries recent = new RecentDeliveries(8);
    assertThat(recent.add("a", PHONE)).isTrue();
    assertThat(recent.add("a", new DeviceId("tablet"))).isTrue();
    assertThat(recent.add("a", PHONE)).isFalse();
  }

  @Test
  void without_a_window_nothing_is_recognised() {
    RecentDeliveries recent = new RecentDeliveries(0);
    assertThat(recent.add("a", PHONE)).isTrue();
    assertThat(recent.add("a", PHONE)).isTrue();
  }

  @Test
  void it_agrees_with_a_plain_list_over_a_long_random_run() {
    Random random = new Random(7);
    int size = 37;
    RecentDeliveries recent = new RecentDeliveries(size);
    Deque<String> last = new ArrayDeque<>();
    for (int i = 0; i < 20_000; i++) {
      String id = Integer.toString(random.nextInt(100));
      boolean anew = !last.contains(id);
      assertThat(recent.add(id, PHONE)).isEqualTo(anew);
      if (anew) {
        last.addLast(id);
        if (last.size() > size) {
          last.removeFirst();
        }
      }
    }
  }
}
