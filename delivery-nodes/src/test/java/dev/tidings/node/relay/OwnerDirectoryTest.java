package dev.tidings.node.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.relay.peer.KnownPorts;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OwnerDirectoryTest {
  private static final NodeAddress SELF = new NodeAddress("127.0.0.1", 1884);
  private static final NodeAddress OTHER = new NodeAddress("127.0.0.2", 1885);

  private volatile boolean threads = true;
  private final AtomicInteger refusals = new AtomicInteger();
  private volatile Map<Integer, NodeAddress> agreed = Map.of(0, SELF, 1, OTHER);
  private final Map<String, String> names = new ConcurrentHashMap<>();
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private final CountDownLatch answers = new CountDownLatch(1);
  private final OwnerDirectory directory =
      new OwnerDirectory(
          3,
          SELF,
          () -> {
            if (!threads) {
              refusals.incrementAndGet();
              throw new OutOfMemoryError("unable to create native thread");
            }
            if (agreed == null) {
              throw new IllegalStateException("not now");
            }
            return agreed;
          },
          new KnownPorts(node -> List.of(node.port()), () -> 0),
          this::addresses);

  private InetAddress[] addresses(String host) throws UnknownHostException {
    asked.add(host);
    if (host.equals("silent.example.com")) {
      try {
        answers.await();
      } catch (InterruptedException e) {
        throw new UnknownHostException("interrupted");
      }
    }
    String address = names.get(host);
    if (address == null) {
      throw new UnknownHostException(host);
    }
    return InetAddress.getAllByName(address);
  }

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

  @Test
  void a_node_whose_name_is_not_answered_any_more_stays_where_it_was() {
    names.put("node.example.com", "127.0.0.3");
    agreed = Map.of(0, new NodeAddress("node.example.com", 1886));
    directory.start();
    Owner found = new Owner.There(new InetSocketAddress("127.0.0.3", 1886));
    await().untilAsserted(() -> assertThat(directory.of(deviceIn(0))).isEqualTo(found));

    names.clear();
    asked.clear();
    await().until(() -> asked.size() > 3);
    assertThat(directory.of(deviceIn(0))).isEqualTo(found);
  }

  /** As while this node joins its group anew. */
  @Test
  void when_nobody_is_named_for_a_moment_what_was_found_is_not_forgotten() {
    names.put("node.example.com", "127.0.0.3");
    agreed = Map.of(0, new NodeAddress("node.example.com", 1886));
    await()
        .untilAsserted(() -> {
          directory.renew();
          assertThat(directory.of(deviceIn(0))).isInstanceOf(Owner.There.class);
        });
    names.clear();

    agreed = Map.of();
    directory.renew();
    agreed = Map.of(0, new NodeAddress("node.example.com", 1886));
    directory.renew();

    assertThat(directory.of(deviceIn(0))).isInstanceOf(Owner.There.class);
  }

  @Test
  void when_no_thread_can_be_started_for_a_moment_the_next_renewal_finds_who_owns_what() {
    threads = false;
    directory.start();
    await().until(() -> refusals.get() > 0);
    threads = true;

    await().untilAsserted(() -> assertThat(directory.of(deviceIn(0))).isEqualTo(new Owner.Here()));
  }

  @Test
  void a_node_that_comes_back_elsewhere_is_found_there() {
    names.put("node.example.com", "127.0.0.3");
    agreed = Map.of(0, new NodeAddress("node.example.com", 1886));
    directory.start();
    await().until(() -> directory.of(deviceIn(0)) instanceof Owner.There);

    names.put("node.example.com", "127.0.0.4");
    await()
        .untilAsserted(() ->
            assertThat(directory.of(deviceIn(0)))
                .isEqualTo(new Owner.There(new InetSocketAddress("127.0.0.4", 1886))));
  }

  @Test
  void a_name_whose_servers_are_silent_delays_no_other() {
    names.put("node.example.com", "127.0.0.3");
    agreed =
        Map.of(
            0,
            new NodeAddress("silent.example.com", 1886),
            1,
            new NodeAddress("node.example.com", 1886));
    directory.start();
    await().until(() -> directory.of(deviceIn(1)) instanceof Owner.There);

    agreed = Map.of(1, OTHER, 2, new NodeAddress("node.example.com", 1886));
    await().until(() -> directory.of(deviceIn(2)) instanceof Owner.There);
    assertThat(asked).containsOnlyOnce("silent.example.com");
    answers.countDown();
  }

  private static DeviceId deviceIn(int partition) {
    return IntStream.range(0, 1000)
        .mapToObj(i -> new DeviceId("phone-" + i))
        .filter(device -> Partitioning.partition(device.key(), 3) == partition)
        .findFirst()
        .orElseThrow();
  }
}
