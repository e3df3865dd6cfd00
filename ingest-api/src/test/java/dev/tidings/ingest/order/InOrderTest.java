package dev.tidings.ingest.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows G140 of docs/guarantees.md. */
class InOrderTest {
  private final InOrder order = new InOrder();
  private final List<Integer> ran = new ArrayList<>();

  @Test
  void what_is_ready_first_waits_for_those_of_its_kind_before_it() {
    InOrder.Place one = order.next("a");
    InOrder.Place two = order.next("a");
    InOrder.Place three = order.next("a");

    three.ready(() -> ran.add(3));
    two.ready(() -> ran.add(2));
    assertThat(ran).isEmpty();
    one.ready(() -> ran.add(1));

    assertThat(ran).containsExactly(1, 2, 3);
  }

  @Test
  void it_waits_for_none_of_another_kind_and_nothing_is_left_of_those_that_ran() {
    InOrder.Place one = order.next("a");
    order.next("b").ready(() -> ran.add(2));
    assertThat(ran).containsExactly(2);
    assertThat(order.kinds()).isEqualTo(1);

    one.ready(() -> ran.add(1));

    assertThat(ran).containsExactly(2, 1);
    assertThat(order.kinds()).isZero();
  }

  @Test
  void a_task_that_fails_or_makes_another_one_ready_stops_no_other() {
    InOrder.Place one = order.next("a");
    InOrder.Place two = order.next("a");
    two.ready(() -> order.next("a").ready(() -> ran.add(3)));

    one.ready(() -> {
      throw new IllegalStateException("for the test");
    });
    order.next("a").ready(() -> ran.add(4));

    assertThat(ran).containsExactly(3, 4);
    assertThat(order.kinds()).isZero();
  }
}
