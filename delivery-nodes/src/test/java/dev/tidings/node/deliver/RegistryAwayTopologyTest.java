package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node takes over what is parked, and no registry can tell it with which schema.
 *
 * <p>Shows G55 of docs/guarantees.md.
 */
class RegistryAwayTopologyTest {
  private static final Duration LONG = Duration.ofHours(100);

  @TempDir Path directory;

  @Test
  void ends_that_could_not_be_read_at_take_over_come_when_they_can_be() {
    try (FakeLog log = new FakeLog()) {
      String brief;
      String lasting;
      try (PartitionHarness before = harness("before", log)) {
        brief = before.arrive("away", before.now() + 1_500);
        lasting = before.arrive("away", before.now() + LONG.toMillis());
        before.settle();
      }
      log.losesRegistry();
      try (PartitionHarness node = harness("after", log)) {
        node.advance(Duration.ofSeconds(10));
        node.settle();
        assertThat(log.receipt(brief).getOutcome()).isEqualTo(Outcome.PENDING);

        log.findsRegistry();

        node.until(() -> {
          node.advance(Duration.ofMillis(100));
          return log.receipt(brief).getOutcome() == Outcome.EXPIRED;
        });
        node.settle();
        assertThat(log.receipt(lasting).getOutcome()).isEqualTo(Outcome.PENDING);
        node.advance(LONG);
        node.until(() -> log.receipt(lasting).getOutcome() == Outcome.EXPIRED);
      }
    }
  }

  @Test
  void what_could_not_be_read_at_take_over_is_delivered_when_it_can_be() {
    try (FakeLog log = new FakeLog()) {
      String first;
      String second;
      try (PartitionHarness before = harness("before", log)) {
        first = before.arrive("phone");
        second = before.arrive("phone");
        before.settle();
      }
      log.losesRegistry();
      try (PartitionHarness node = harness("after", log)) {
        Phone phone = node.connect("phone", 10);
        node.settle();
        assertThat(phone.pushes()).isEmpty();

        log.findsRegistry();

        node.until(() -> phone.pushes().size() == 2);
        assertThat(phone.ids()).isEqualTo(List.of(first, second));
      }
    }
  }

  private PartitionHarness harness(String name, FakeLog log) {
    return new PartitionHarness(
        directory.resolve(name), log, PartitionHarness.RULES, PartitionHarness.NEVER);
  }
}
