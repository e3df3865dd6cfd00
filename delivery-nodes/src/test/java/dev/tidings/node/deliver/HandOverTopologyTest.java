package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.window.CommitPoint;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The hand-over of a partition, {@link Stage}, with a crash in between each two things the owner
 * does for good: its writes, each to the log alone, and its commits. Whoever takes over finds what
 * the crash left.
 *
 * <p>Shows G16 and G72 of docs/guarantees.md.
 */
class HandOverTopologyTest {
  private static final int SENT = 8;

  @TempDir Path directory;

  @Test
  void whatever_the_owner_did_last_before_it_crashed_nothing_is_lost_and_order_is_kept() {
    int step = 0;
    while (crashesAfter(step)) {
      step++;
    }
    // The scenario has a few dozen steps: fewer would mean that it was not what it says it is.
    assertThat(step).isGreaterThan(25);
  }

  /** Returns false once the owner has nothing left to do before its crash. */
  private boolean crashesAfter(int steps) {
    boolean crashed;
    List<String> sent = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    Set<String> confirmed = new LinkedHashSet<>();
    try (FakeLog log = new FakeLog()) {
      try (PartitionHarness first = harness("first-" + steps, log, steps)) {
        scenario(first, sent, seen, confirmed);
        crashed = first.isDead();
      }
      try (PartitionHarness second = harness("second-" + steps, log, PartitionHarness.NEVER)) {
        // The device is back before the new owner has read anything.
        Phone phone = second.connect("phone", 3);
        second.feedDeliveries();
        sent.add(second.arrive("phone"));
        finish(second, phone, sent, seen);
        assertThat(seen).as("order after %d steps", steps).containsExactlyElementsOf(sent);
        second.until(() -> second.low() == sent.size() + 1);
        for (String id : sent) {
          Receipt receipt = log.receipt(id);
          assertThat(receipt).as("receipt after %d steps", steps).isNotNull();
          assertThat(receipt.getOutcome()).isEqualTo(Outcome.DELIVERED);
        }
      }
    }
    return crashed;
  }

  private PartitionHarness harness(String name, FakeLog log, int steps) {
    return new PartitionHarness(directory.resolve(name), log, PartitionHarness.RULES, steps);
  }

  /** Parked, sent, confirmed, overdue, expired: something of everything. */
  private static void scenario(
      PartitionHarness owner, List<String> sent, Set<String> seen, Set<String> confirmed) {
    sent.add(owner.arrive("phone"));
    sent.add(owner.arrive("phone"));
    settle(owner);
    owner.arrive("other", owner.now() + 1_000);
    Phone phone = owner.connect("phone", 3);
    for (int i = sent.size(); i < SENT; i++) {
      sent.add(owner.arrive("phone"));
      settle(owner);
      confirmOne(owner, phone, confirmed);
    }
    owner.advance(PartitionHarness.PARK_AFTER.plusSeconds(1));
    settle(owner);
    confirmOne(owner, phone, confirmed);
    owner.advance(Duration.ofSeconds(2));
    settle(owner);
    seen.addAll(phone.ids());
  }

  private static void settle(PartitionHarness owner) {
    owner.settle();
    // What the partition does at its ticks, such as to commit.
    owner.pause();
    owner.settle();
  }

  private static void confirmOne(PartitionHarness owner, Phone phone, Set<String> confirmed) {
    phone.pushes().stream()
        .filter(push -> !confirmed.contains(push.id()))
        .findFirst()
        .ifPresent(push -> {
          confirmed.add(push.id());
          phone.confirm(push);
        });
    settle(owner);
  }

  private static void finish(
      PartitionHarness owner, Phone phone, List<String> sent, Set<String> seen) {
    int[] answered = {0};
    owner.until(() -> {
      List<Phone.Push> pushes = phone.pushes();
      while (answered[0] < pushes.size()) {
        Phone.Push push = pushes.get(answered[0]++);
        seen.add(push.id());
        phone.confirm(push);
      }
      return sent.stream()
          .allMatch(id ->
              owner.receipt(id) != null && owner.receipt(id).getOutcome() == Outcome.DELIVERED);
    });
  }

  /** The owner before had parked it, and had not committed that when it ended. */
  @Test
  void what_is_confirmed_from_the_inbox_before_it_is_read_is_not_sent_once_more() {
    try (FakeLog log = new FakeLog()) {
      String id;
      Path first = directory.resolve("first");
      try (PartitionHarness before =
          new PartitionHarness(first, log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        id = before.arrive("phone");
        before.until(() -> before.partition().parkedCount() == 1);
      }
      log.commit(new CommitPoint(0, new BitSet()));
      Path second = directory.resolve("second");
      try (PartitionHarness now =
          new PartitionHarness(second, log, PartitionHarness.RULES, PartitionHarness.NEVER)) {
        Phone phone = now.connect("phone", 10);
        now.until(() -> phone.ids().equals(List.of(id)));
        phone.confirm(phone.pushes().getFirst());
        now.until(() -> now.partition().parkedCount() == 0);

        now.feedDeliveries();
        String next = now.arrive("phone");
        now.until(() -> phone.ids().contains(next));
        phone.pushes().forEach(phone::confirm);

        now.until(() -> now.low() == 2);
        assertThat(phone.ids()).containsExactly(id, next);
        assertThat(log.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED);
      }
    }
  }
}
