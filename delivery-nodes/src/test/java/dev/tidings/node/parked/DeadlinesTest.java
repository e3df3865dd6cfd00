package dev.tidings.node.parked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeadlinesTest {
  private static final DeviceId PHONE = new DeviceId("phone");

  private final Deadlines deadlines = new Deadlines();

  private static InboxKey place(long sequence) {
    return new InboxKey(PHONE, sequence);
  }

  @Test
  void what_is_due_comes_out_once_its_second_is_over_and_only_once() {
    deadlines.add(1_500, place(1));
    deadlines.add(2_000, place(2));
    deadlines.add(2_001, place(3));
    assertThat(deadlines.poll(1_999, 10)).isEmpty();
    assertThat(deadlines.poll(2_000, 10)).containsExactlyInAnyOrder(place(1), place(2));
    assertThat(deadlines.poll(2_999, 10)).isEmpty();
    assertThat(deadlines.poll(10_000, 10)).containsExactly(place(3));
    assertThat(deadlines.poll(10_000, 10)).isEmpty();
  }

  @Test
  void what_has_gone_before_its_time_is_forgotten() {
    deadlines.add(1_000, place(1));
    deadlines.add(1_000, place(2));
    deadlines.remove(1_000, 1);
    deadlines.remove(1_000, 77);
    deadlines.remove(55_000, 2);
    assertThat(deadlines.poll(1_000, 10)).containsExactly(place(2));
  }

  @Test
  void what_never_expires_is_not_noted() {
    deadlines.add(Long.MAX_VALUE, place(1));
    deadlines.remove(Long.MAX_VALUE, 1);
    assertThat(deadlines.poll(Long.MAX_VALUE, 10)).isEmpty();
  }

  @Test
  void many_in_one_second_come_in_portions_and_none_is_left_out() {
    for (int i = 0; i < 1_000; i++) {
      deadlines.add(1_000, place(i));
    }
    Set<InboxKey> all = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      assertThat(deadlines.poll(1_000, 100)).hasSize(100).allMatch(all::add);
    }
    assertThat(deadlines.poll(1_000, 100)).isEmpty();
  }

  @Test
  void what_expires_at_the_end_of_time_is_not_due_now() {
    deadlines.add(Long.MAX_VALUE - 1, place(1));
    assertThat(deadlines.poll(1_000, 10)).isEmpty();
  }
}
