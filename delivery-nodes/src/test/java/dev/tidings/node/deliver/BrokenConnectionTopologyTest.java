package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.CloseReason;
import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * There is no memory for what is to be written to a device's connection.
 *
 * <p>Shows G31 of docs/guarantees.md.
 */
class BrokenConnectionTopologyTest {
  @TempDir Path state;
  private PartitionHarness node;
  private Phone broken;

  @BeforeEach
  void start() {
    node = new PartitionHarness(state);
    broken = node.connect("broken", 1);
    broken.fails(new OutOfMemoryError("for the test"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void it_ends_and_what_it_was_sent_comes_over_the_next() {
    String first = node.arrive("broken");
    String second = node.arrive("broken");
    node.until(() -> broken.closeReason() == CloseReason.OVERLOADED);

    Phone next = node.connect("broken", 10);

    node.until(() -> next.ids().equals(List.of(first, second)));
    next.pushes().forEach(next::confirm);
    node.until(() -> node.low() == 2);
    assertThat(node.receipt(first).getOutcome()).isEqualTo(Outcome.DELIVERED);
  }

  @Test
  void it_ends_also_where_what_was_parked_can_t_be_written() {
    String id = node.arrive("away");
    node.settle();
    Phone away = new Phone();
    away.fails(new OutOfMemoryError("for the test"));
    node.connect("away", away);
    node.until(() -> away.closeReason() == CloseReason.OVERLOADED);

    Phone next = node.connect("away", 1);

    node.until(() -> next.ids().equals(List.of(id)));
  }

  @Test
  void what_was_read_with_it_for_others_is_sent_at_once_and_so_is_all_that_follows() {
    Phone well = node.connect("well", 10);
    String first = node.arriveTogether("broken", "well").getLast();
    node.until(() -> well.ids().equals(List.of(first)));

    String next = node.arrive("well");

    node.until(() -> well.ids().equals(List.of(first, next)));
  }

  @Test
  void nothing_of_it_stays_in_the_window() {
    node.arriveTogether("broken", "broken");

    node.until(() -> node.partition().bytes() == 0 && node.low() == 2);
  }
}
