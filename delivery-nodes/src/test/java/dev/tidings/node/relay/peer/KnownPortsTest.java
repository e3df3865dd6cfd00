package dev.tidings.node.relay.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.node.cluster.NodeAddress;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class KnownPortsTest {
  private static final NodeAddress NODE = new NodeAddress("10.0.0.7", 1884);

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile List<Integer> answer = List.of(1884, 1885, 1886);
  private final KnownPorts ports = new KnownPorts(this::ask, now::get);

  @Test
  void a_node_has_the_port_that_it_advertises_until_it_has_told_the_others() {
    assertThat(ports.of(NODE)).containsExactly(1884);
    await().until(() -> ports.of(NODE).equals(List.of(1884, 1885, 1886)));
    assertThat(asked).hasValue(1);
  }

  @Test
  void it_is_asked_again_after_a_minute() {
    ports.of(NODE);
    await().until(() -> ports.of(NODE).size() == 3);
    answer = List.of(1884);
    now.addAndGet(TimeUnit.MINUTES.toNanos(1));

    await().until(() -> ports.of(NODE).size() == 1);
    assertThat(asked).hasValue(2);
  }

  @Test
  void one_that_does_not_answer_has_one_port() {
    answer = List.of();

    ports.of(NODE);
    await().until(() -> asked.get() == 1);
    assertThat(ports.of(NODE)).containsExactly(1884);
  }

  @Test
  void ports_that_are_not_a_nodes_are_not_believed() {
    answer = List.of(22, 23);

    ports.of(NODE);
    await().until(() -> asked.get() == 1);
    assertThat(ports.of(NODE)).containsExactly(1884);
  }

  @Test
  void one_that_has_gone_is_forgotten() {
    ports.of(NODE);
    await().until(() -> ports.of(NODE).size() == 3);

    ports.retain(Set.of());

    assertThat(ports.of(NODE)).containsExactly(1884);
  }

  private List<Integer> ask(NodeAddress node) throws IOException {
    assertThat(node).isEqualTo(NODE);
    asked.incrementAndGet();
    if (answer.isEmpty()) {
      throw new EOFException("closed");
    }
    return answer;
  }
}
