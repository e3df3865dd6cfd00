package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The owner before crashed between parking and its commit: what is parked is read once more.
 *
 * <p>Shows G68 of docs/guarantees.md.
 */
class LastWordTopologyTest {
  @TempDir Path directory;

  @Test
  void what_ended_while_it_was_read_once_more_is_not_said_to_wait() {
    try (FakeLog log = new FakeLog()) {
      String id;
      try (PartitionHarness before = harness("before", log)) {
        id = before.arrive("phone");
        before.settle();
      }
      log.commit(new CommitPoint(0, new BitSet()));
      try (PartitionHarness node = harness("after", log)) {
        Phone phone = node.connect("phone", 3);
        node.until(() -> phone.pushes().size() == 1);

        phone.confirm(phone.pushes().getFirst());
        node.feedDeliveries();
        node.until(() -> node.low() == 1);

        assertThat(log.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
        assertThat(phone.ids()).containsExactly(id);
      }
    }
  }

  @Test
  void what_expired_while_it_was_read_once_more_is_not_said_to_wait() {
    try (FakeLog log = new FakeLog()) {
      String id;
      try (PartitionHarness before = harness("before", log)) {
        id = before.arrive("phone", before.now() + 1_000);
        before.settle();
      }
      log.commit(new CommitPoint(0, new BitSet()));
      try (PartitionHarness node = harness("after", log)) {
        node.advance(PartitionHarness.PARK_AFTER);
        node.until(() -> log.receipt(id).getOutcome() == Outcome.EXPIRED);
        node.feedDeliveries();
        node.until(() -> node.low() == 1);

        assertThat(log.receipt(id).getOutcome()).isEqualTo(Outcome.EXPIRED);
      }
    }
  }

  private PartitionHarness harness(String name, FakeLog log) {
    return new PartitionHarness(
        directory.resolve(name), log, PartitionHarness.RULES, PartitionHarness.NEVER);
  }
}
