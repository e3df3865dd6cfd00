package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G11 of docs/guarantees.md. */
class OpenPartitionsTopologyTest {
  @TempDir Path directory;

  /** What it leaves half done must not count as done. */
  @Test
  void what_fails_unexpectedly_is_named_and_is_delivered_by_whoever_takes_over() {
    try (FakeLog log = new FakeLog()) {
      String first;
      String second;
      try (PartitionHarness node = harness("before", log)) {
        Phone phone = node.connect("phone", 10);
        node.failFor("unlucky");
        first = node.arrive("phone", delivery -> delivery.setToken("unlucky"));
        second = node.arrive("phone");
        node.settle();

        assertThat(node.partition().isOpen()).isFalse();
        assertThat(node.partition().awaits()).startsWith("(unexpected failure");
        assertThat(phone.ids()).isEmpty();
        assertThat(node.partition().isSettled().join()).isTrue();
        assertThat(node.partition().close().join().last()).isNull();
      }
      assertThat(log.committed().low()).isZero();
      try (PartitionHarness next = harness("after", log)) {
        Phone phone = next.connect("phone", 10);
        next.feedDeliveries();
        next.until(() -> phone.ids().size() == 2);
        assertThat(phone.ids()).containsExactly(first, second);
      }
    }
  }

  @Test
  void a_failure_of_what_is_done_now_and_then_is_one_too() {
    try (FakeLog log = new FakeLog();
        PartitionHarness node = harness("node", log)) {
      Phone phone = node.connect("phone", 10);
      node.arrive("phone");
      node.until(() -> phone.ids().size() == 1);
      assertThat(node.partition().isOpen()).isTrue();

      node.failCommits();
      phone.confirm(phone.pushes().getFirst());
      node.until(() -> !node.partition().isOpen());

      assertThat(node.partition().awaits()).startsWith("(unexpected failure");
    }
  }

  /** Otherwise the device would get nothing before it connects again. */
  @Test
  void a_failure_with_what_was_read_from_the_inbox_is_one_too() {
    try (FakeLog log = new FakeLog();
        PartitionHarness node = harness("node", log)) {
      node.arrive("away", delivery -> delivery.setToken("unlucky"));
      node.until(() -> node.low() == 1);

      node.failFor("unlucky");
      node.connect("away", 10);
      node.until(() -> !node.partition().isOpen());

      assertThat(node.partition().awaits()).startsWith("(unexpected failure");
    }
  }

  private PartitionHarness harness(String name, FakeLog log) {
    return new PartitionHarness(
        directory.resolve(name), log, PartitionHarness.RULES, PartitionHarness.NEVER);
  }

  /** Its first record in the inbox never comes back, or nobody knows where to read on. */
  @Test
  void a_partition_that_does_not_open_is_named() {
    EventLoopGroup loops = new DefaultEventLoopGroup(2);
    try (PartitionHarness node = new PartitionHarness(directory)) {
      Partitions owner = node.node(loops);

      assertThat(owner.health())
          .isInstanceOfSatisfying(
              Health.Unhealthy.class,
              why -> assertThat(why.reason()).startsWith("0 of 1 partitions are open; not 0 ("));
    } finally {
      loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
  }
}
