package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A partition is taken over before its store has all that the owner before wrote: nothing is sent
 * before what is parked is in the store, as the fence tells that was written behind it.
 */
class FenceTopologyTest {
  @TempDir Path directory;

  private final FakeLog log = new FakeLog();
  private final List<String> sent = new ArrayList<>();
  private PartitionHarness late;

  @BeforeEach
  void takeOver() {
    try (PartitionHarness before =
        new PartitionHarness(
            directory.resolve("before"), log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
      sent.add(before.arrive("phone"));
      sent.add(before.arrive("phone"));
      before.until(() -> before.low() == 2);
    }
    late = PartitionHarness.withLateStore(directory.resolve("after"), log);
  }

  @AfterEach
  void stop() {
    late.close();
    log.close();
  }

  @Test
  void what_the_owner_before_has_parked_is_waited_for_and_comes_first() {
    Phone phone = late.connect("phone", 10);
    late.feedDeliveries();
    sent.add(late.arrive("phone"));
    late.awaitWritten();
    assertThat(late.partition().isOpen()).isFalse();
    assertThat(phone.ids()).isEmpty();

    late.until(() -> phone.ids().size() >= sent.size());

    assertThat(late.partition().isOpen()).isTrue();
    assertThat(phone.ids()).containsExactlyElementsOf(sent);
  }

  @Test
  void the_fence_of_an_earlier_owner_opens_nothing() {
    Phone phone = late.connect("phone", 10);
    late.awaitWritten();
    int records = late.written().size();
    // The last one is its own fence.
    for (int fed = 1; fed < records; fed++) {
      assertThat(late.feedOne()).isTrue();
      late.awaitWritten();
      assertThat(late.partition().isOpen()).as("after %d of %d records", fed, records).isFalse();
      assertThat(phone.ids()).isEmpty();
    }

    late.until(() -> late.partition().isOpen() && phone.ids().equals(sent));
  }
}
