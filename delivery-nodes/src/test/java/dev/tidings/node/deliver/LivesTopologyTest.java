package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.window.Life;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log is made anew under a working partition: its offsets come once more.
 *
 * <p>Shows G56 of docs/guarantees.md.
 */
class LivesTopologyTest {
  private static final Life SECOND = new Life(1, new Uuid(1, 1), 0);

  @TempDir Path directory;

  @Test
  void what_is_parked_is_not_overwritten_by_what_comes_at_the_same_offset() {
    try (PartitionHarness owner = new PartitionHarness(directory)) {
      List<String> sent = new ArrayList<>();
      sent.add(owner.arrive("phone"));
      sent.add(owner.arrive("phone"));
      owner.settle();
      owner.begins(SECOND);
      sent.add(owner.arrive("phone"));
      sent.add(owner.arrive("phone"));
      owner.settle();

      Phone phone = owner.connect("phone", 10);
      owner.until(() -> phone.ids().size() == 4);

      assertThat(phone.ids()).containsExactlyElementsOf(sent);
      phone.pushes().forEach(phone::confirm);
      owner.until(() -> owner.low() == SECOND.sequence(2));
    }
  }

  @Test
  void what_is_hot_is_stored_since_it_can_t_be_read_again() {
    try (PartitionHarness owner = new PartitionHarness(directory)) {
      Phone phone = owner.connect("phone", 1);
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        sent.add(owner.arrive("phone"));
      }
      owner.until(() -> phone.ids().size() == 1);
      owner.begins(SECOND);
      sent.add(owner.arrive("phone"));

      owner.until(() -> owner.low() >= SECOND.sequence(1));
      int[] confirmed = {0};
      owner.until(() -> {
        while (confirmed[0] < phone.pushes().size()) {
          phone.confirm(phone.pushes().get(confirmed[0]++));
        }
        return sent.stream()
            .allMatch(id ->
                owner.receipt(id) != null && owner.receipt(id).getOutcome() == Outcome.DELIVERED);
      });
      assertThat(phone.ids()).containsExactlyElementsOf(sent);
    }
  }

  @Test
  void the_inbox_remembers_which_life_it_is() {
    try (FakeLog log = new FakeLog()) {
      try (PartitionHarness owner =
          new PartitionHarness(
              directory.resolve("a"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        owner.begins(SECOND);
        owner.until(() ->
            log.written().stream()
                .anyMatch(record ->
                    record.topic().equals(LogTopics.INBOX.name())
                        && SECOND.equals(Life.of(record.value()))));
      }
      try (PartitionHarness next =
          new PartitionHarness(
              directory.resolve("b"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        assertThat(next.partition().entries().life()).isEqualTo(SECOND);
      }
    }
  }
}
