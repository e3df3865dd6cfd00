package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.settle.DeliveryRules;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.DeviceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parked entries that can't be read yet, or could not be read once.
 *
 * <p>Shows G32 and G33 of docs/guarantees.md.
 */
class UnreadInboxesTopologyTest {
  private static final Duration PATIENCE = Duration.ofMillis(UnreadInboxes.PATIENCE + 1);

  @TempDir Path directory;
  private final FakeLog log = new FakeLog();

  @AfterEach
  void close() {
    log.close();
  }

  private PartitionHarness harness(String name, DeliveryRules rules) {
    return new PartitionHarness(directory.resolve(name), log, rules, PartitionHarness.NEVER);
  }

  private static DeliveryRules most(int parked) {
    DeliveryRules rules = PartitionHarness.RULES;
    return new DeliveryRules(
        rules.parkAfter(), rules.commitInterval(), parked, 1 << 20, 64, rules.maxClosesPerSecond());
  }

  /** What nobody can read yet, in the place of a record that another device has; its id. */
  private String parkAhead(PartitionHarness node, String device) {
    int sequence = log.deliveries().size();
    Delivery delivery = log.deliver("nobody", change -> {});
    node.feedDeliveries();
    node.park(InboxKey.bytes(new DeviceId(device).key(), sequence), log.serializedAhead(delivery));
    return delivery.getId();
  }

  private long deadLetters() {
    return log.written().stream()
        .filter(record -> record.topic().equals(LogTopics.DEAD_LETTERS.name()))
        .count();
  }

  @Test
  void one_that_cannot_be_read_yet_keeps_those_behind_it_waiting_for_a_while_only() {
    try (PartitionHarness node = harness("node", PartitionHarness.RULES)) {
      String first = node.arrive("phone");
      String late = parkAhead(node, "phone");
      String last = node.arrive("phone");
      node.settle();
      Phone phone = node.connect("phone", 10);
      node.until(() -> phone.ids().equals(List.of(first)) && node.partition().unread() == 1);
      String hot = node.arrive("phone");
      node.settle();
      assertThat(phone.ids()).containsExactly(first);

      node.advance(PATIENCE);

      node.until(() -> phone.ids().equals(List.of(first, last, hot)));
      String hotter = node.arrive("phone");
      node.until(() -> phone.ids().contains(hotter));
      assertThat(deadLetters()).isZero();
      log.learnsSchema();
      node.until(() -> phone.ids().equals(List.of(first, last, hot, hotter, late)));
      phone.pushes().forEach(phone::confirm);
      node.until(() -> node.partition().parkedCount() == 1);
      assertThat(log.receipt(late).getOutcome()).isEqualTo(Outcome.DELIVERED);
      assertThat(node.partition().unread()).isZero();
    }
  }

  @Test
  void one_that_can_be_read_in_time_comes_in_its_place() {
    try (PartitionHarness node = harness("node", PartitionHarness.RULES)) {
      String first = node.arrive("phone");
      String late = parkAhead(node, "phone");
      String last = node.arrive("phone");
      node.settle();
      Phone phone = node.connect("phone", 10);
      node.until(() -> phone.ids().equals(List.of(first)) && node.partition().unread() == 1);

      log.learnsSchema();

      node.until(() -> phone.ids().equals(List.of(first, late, last)));
      node.until(() -> node.partition().unread() == 0);
    }
  }

  @Test
  void a_device_that_comes_again_and_again_does_not_wait_each_time() {
    try (PartitionHarness node = harness("node", PartitionHarness.RULES)) {
      parkAhead(node, "phone");
      String last = node.arrive("phone");
      node.settle();
      Phone before = node.connect("phone", 10);
      node.until(() -> node.partition().unread() == 1);
      node.advance(PATIENCE.dividedBy(2));
      before.session().detached();
      Phone again = node.connect("phone", 10);
      node.settle();
      node.advance(PATIENCE.dividedBy(2).plusMillis(1));

      node.until(() -> again.ids().equals(List.of(last)));
    }
  }

  @Test
  void a_registry_that_never_answers_keeps_nobody_waiting_whose_schema_is_known()
      throws IOException {
    String known;
    try (PartitionHarness before = harness("before", PartitionHarness.RULES)) {
      parkAhead(before, "phone");
      parkAhead(before, "pad");
      known = before.arrive("other");
      before.settle();
    }
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      log.registryFallsSilent(silent);
      try (PartitionHarness node = harness("node", PartitionHarness.RULES)) {
        node.connect("phone", 10);
        node.connect("pad", 10);
        Phone other = node.connect("other", 10);

        node.until(() -> other.ids().equals(List.of(known)));
      }
    }
  }

  @Test
  void a_full_inbox_gives_up_what_can_be_read_before_what_can_not_yet() {
    try (PartitionHarness node = harness("node", most(3))) {
      String late = parkAhead(node, "away");
      List<String> ids = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        ids.add(node.arrive("away"));
      }
      node.until(() -> node.partition().parkedCount() == 4);
      assertThat(ids.subList(0, 3)).allMatch(id -> log.receipt(id).getOutcome() == Outcome.EVICTED);
      assertThat(deadLetters()).isZero();
      log.learnsSchema();
      Phone phone = node.connect("away", 10);
      node.until(() -> phone.ids().equals(List.of(late, ids.get(3), ids.get(4))));
    }
  }

  @Test
  void a_full_inbox_that_cannot_be_read_at_all_is_bounded_all_the_same() {
    try (PartitionHarness before = harness("before", PartitionHarness.RULES)) {
      for (int i = 0; i < 8; i++) {
        before.arrive("away");
      }
      before.settle();
    }
    log.losesRegistry();
    try (PartitionHarness node = harness("node", most(3))) {
      assertThat(node.partition().parkedCount()).isEqualTo(8);

      node.arrive("away");

      node.until(() -> node.partition().parkedCount() == 3);
      assertThat(deadLetters()).isEqualTo(6);
    }
  }

  @Test
  void what_was_too_much_goes_though_a_read_failed() {
    try (PartitionHarness node = harness("node", most(3))) {
      node.failReads(2);
      for (int i = 0; i < 4; i++) {
        node.arrive("away");
      }

      node.until(() -> node.partition().parkedCount() == 3);
    }
  }

  @Test
  void what_waits_for_a_revoked_token_ends_though_a_read_failed() {
    try (PartitionHarness node = harness("node", PartitionHarness.RULES)) {
      String id = node.arrive("away");
      node.until(() -> node.low() == 1);
      node.failReads(2);

      node.revoke("token");
      node.partition().purge(new DeviceId("away"));

      node.until(() -> log.receipt(id).getOutcome() == Outcome.UNREGISTERED);
    }
  }

  @Test
  void what_waits_for_a_revoked_token_ends_as_soon_as_it_can_be_read() {
    try (PartitionHarness node = harness("node", PartitionHarness.RULES)) {
      String late = parkAhead(node, "away");
      node.settle();
      node.revoke("token");
      node.partition().purge(new DeviceId("away"));
      node.settle();
      assertThat(node.partition().parkedCount()).isEqualTo(2);

      log.learnsSchema();

      node.until(() -> {
        node.advance(Duration.ofSeconds(1));
        return node.partition().parkedCount() == 1;
      });
      assertThat(log.receipt(late).getOutcome()).isEqualTo(Outcome.UNREGISTERED);
    }
  }
}
