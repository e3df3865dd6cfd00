package dev.tidings.node.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Shows G21 of docs/guarantees.md. */
class RecentDeliveriesTest {
  @Test
  void what_has_ended_without_having_been_sent_is_known_until_it_is_forgotten() {
    RecentDeliveries recent = new RecentDeliveries(2);
    DeviceId device = new DeviceId("d");
    assertThat(recent.known("a", "token", device)).isEqualTo(RecentDeliveries.Known.NOTHING);
    recent.add("a", "token", device);
    assertThat(recent.known("a", "token", device)).isEqualTo(RecentDeliveries.Known.READ);

    recent.endedUnsent("a", "token", device);
    recent.endedUnsent("b", "token", device);

    assertThat(recent.known("a", "token", device)).isEqualTo(RecentDeliveries.Known.UNSENT);
    assertThat(recent.known("b", "token", device)).isEqualTo(RecentDeliveries.Known.NOTHING);
    recent.add("b", "token", device);
    recent.add("c", "token", device);
    recent.add("a", "token", device);
    assertThat(recent.known("a", "token", device)).isEqualTo(RecentDeliveries.Known.READ);
    assertThat(recent.known("b", "token", device)).isEqualTo(RecentDeliveries.Known.NOTHING);
  }

  @Test
  void without_any_memory_nothing_is_known() {
    RecentDeliveries recent = new RecentDeliveries(0);
    recent.endedUnsent("a", "token", new DeviceId("d"));
    assertThat(recent.known("a", "token", new DeviceId("d")))
        .isEqualTo(RecentDeliveries.Known.NOTHING);
  }

  private static final DeviceId PHONE = new DeviceId("phone");

  @Test
  void what_comes_once_more_is_recognised_as_long_as_it_is_among_the_last() {
    RecentDeliveries recent = new RecentDeliveries(3);
    assertThat(recent.add("a", "token", PHONE)).isTrue();
    assertThat(recent.add("b", "token", PHONE)).isTrue();
    assertThat(recent.add("a", "token", PHONE)).isFalse();
    assertThat(recent.add("c", "token", PHONE)).isTrue();
    assertThat(recent.add("d", "token", PHONE)).isTrue();
    assertThat(recent.add("b", "token", PHONE)).isFalse();
    assertThat(recent.add("a", "token", PHONE)).isTrue();
  }

  @Test
  void the_same_notification_for_another_device_is_another_delivery() {
    RecentDeliveries recent = new RecentDeliveries(8);
    assertThat(recent.add("a", "token", PHONE)).isTrue();
    assertThat(recent.add("a", "token", new DeviceId("tablet"))).isTrue();
    assertThat(recent.add("a", "token", PHONE)).isFalse();
  }

  @Test
  void the_same_id_for_another_token_of_the_device_is_another_delivery() {
    RecentDeliveries recent = new RecentDeliveries(8);
    assertThat(recent.add("a", "news", PHONE)).isTrue();
    assertThat(recent.add("a", "mail", PHONE)).isTrue();
    assertThat(recent.add("a", "news", PHONE)).isFalse();
    assertThat(recent.add("a", "mail", PHONE)).isFalse();
  }

  @Test
  void without_a_window_nothing_is_recognised() {
    RecentDeliveries recent = new RecentDeliveries(0);
    assertThat(recent.add("a", "token", PHONE)).isTrue();
    assertThat(recent.add("a", "token", PHONE)).isTrue();
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
      assertThat(recent.add(id, "token", PHONE)).isEqualTo(anew);
      if (anew) {
        last.addLast(id);
        if (last.size() > size) {
          last.removeFirst();
        }
      }
    }
  }
}
