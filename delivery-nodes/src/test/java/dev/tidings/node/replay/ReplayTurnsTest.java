package dev.tidings.node.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Shows G107 of docs/guarantees.md. */
final class ReplayTurnsTest {
  private final List<String> taken = new ArrayList<>();

  /** What another thread does between one look at the orders and the next at the devices. */
  private Runnable meanwhile = () -> {};

  private final ReplayTurns<String> turns =
      new ReplayTurns<>(
          new LinkedBlockingQueue<>(),
          new LinkedBlockingQueue<>() {
            private static final long serialVersionUID = 1;

            @Override
            public String poll() {
              String first = super.poll();
              Runnable now = meanwhile;
              meanwhile = () -> {};
              now.run();
              return first;
            }
          });

  private void take() {
    try {
      taken.add(turns.next(0, () -> false));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void devices_and_orders_have_one_turn_each() {
    List.of("order 1", "order 2").forEach(each -> turns.add(true, each));
    List.of("device 1", "device 2").forEach(each -> turns.add(false, each));
    for (int i = 0; i < 5; i++) {
      take();
    }
    assertThat(taken).containsExactly("device 1", "order 1", "device 2", "order 2", null);
  }

  @Test
  void nothing_is_lost_when_another_thread_takes_what_one_has_come_for() {
    turns.add(false, "earlier");
    take();
    turns.add(false, "device");
    meanwhile =
        () -> {
          turns.add(true, "order");
          take();
        };
    take();
    take();
    assertThat(taken).containsExactly("earlier", "device", "order", null);
  }

  @Test
  void nobody_looks_for_it_when_all_is_over() throws Exception {
    turns.add(false, "device");
    assertThat(turns.next(0, () -> true)).isNull();
    assertThat(turns.poll()).isEqualTo("device");
  }
}
