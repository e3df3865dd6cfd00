package dev.tidings.ingest.repeat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InOrderTest {
  private final InOrder order = new InOrder();
  private final List<Integer> ran = new ArrayList<>();

  @Test
  void what_is_ready_first_waits_for_those_before_it() {
    InOrder.Place one = order.next();
    InOrder.Place two = order.next();
    InOrder.Place three = order.next();

    three.ready(() -> ran.add(3));
    two.ready(() -> ran.add(2));
    assertThat(ran).isEmpty();
    one.ready(() -> ran.add(1));

    assertThat(ran).containsExactly(1, 2, 3);
  }

  @Test
  void a_task_that_fails_or_makes_another_one_ready_stops_no_other() {
    InOrder.Place one = order.next();
    InOrder.Place two = order.next();
    two.ready(() -> order.next().ready(() -> ran.add(3)));

    assertThatThrownBy(() ->
            one.ready(() -> {
              throw new IllegalStateException("for the test");
            }))
        .hasMessage("for the test");
    order.next().ready(() -> ran.add(4));

    assertThat(ran).containsExactly(3, 4);
  }
}
