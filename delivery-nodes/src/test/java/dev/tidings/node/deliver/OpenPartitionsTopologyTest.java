package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.service.health.Health;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenPartitionsTopologyTest {
  @TempDir Path directory;

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
