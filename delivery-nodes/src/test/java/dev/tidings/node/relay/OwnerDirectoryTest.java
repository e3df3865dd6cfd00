package dev.tidings.node.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.relay.peer.KnownPorts;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OwnerDirectoryTest {
  private static final NodeAddress SELF = new NodeAddress("127.0.0.1", 1884);
  private static final NodeAddress OTHER = new NodeAddress("127.0.0.2", 1885);

  private Map<Integer, NodeAddress> agreed = Map.of(0, SELF, 1, OTHER);
  private final OwnerDirectory directory =
      new OwnerDirectory(
          3,
          SELF,
          () -> {
            if (agreed == null) {
              throw new IllegalStateException("not now");
            }
            return agreed;
          },
          new KnownPorts(node -> List.of(node.port()), () -> 0));

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void nobody_is_known_at_first() {
    assertThat(directory.of(deviceIn(0))).isEqualTo(new Owner.Unknown());
  }

  @Test
  void the_owner_of_a_devices_partition_is_here_or_there_or_unknown() {
    directory.renew();

    assertThat(directory.of(deviceIn(0))).isEqualTo(new Owner.Here());
    assertThat(directory.of(deviceIn(1)))
        .isEqualTo(new Owner.There(new InetSocketAddress("127.0.0.2", 1885)));
    assertThat(directory.of(deviceIn(2))).isEqualTo(new Owner.Unknown());
  }

  @Test
  void a_partition_that_moved_is_elsewhere_after_a_renewal() {
    directory.renew();
    agreed = Map.of(0, OTHER);
    directory.renew();

    assertThat(directory.of(deviceIn(0))).isInstanceOf(Owner.There.class);
    assertThat(directory.of(deviceIn(1))).isEqualTo(new Owner.Unknown());
  }

  @Test
  void when_nobody_can_say_the_last_known_owners_stay() {
    directory.renew();
    agreed = null;
    directory.renew();

    assertThat(directory.of(deviceIn(1))).isInstanceOf(Owner.There.class);
  }

  @Test
  void a_node_whose_name_is_not_known_is_unknown() {
    agreed = Map.of(0, new NodeAddress("node.invalid", 1884), 1, OTHER);
    directory.renew();

    assertThat(directory.of(deviceIn(0))).isEqualTo(new Owner.Unknown());
    assertThat(directory.of(deviceIn(1))).isInstanceOf(Owner.There.class);
  }

  private static DeviceId deviceIn(int partition) {
    return IntStream.range(0, 1000)
        .mapToObj(i -> new DeviceId("phone-" + i))
        .filter(device -> Partitioning.partition(device.key(), 3) == partition)
        .findFirst()
        .orElseThrow();
  }
}
