package dev.tidings.node.inbox.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

final class SharedAddressesTest {
  private static final HostInfo DEBIANS = new HostInfo("127.0.1.1", 1884);

  @Test
  void nodes_that_advertise_one_address_are_named_with_it() {
    Map<String, Set<String>> shared =
        SharedAddresses.of(
            List.of(
                new Node("node-1", DEBIANS),
                new Node("node-2", DEBIANS),
                new Node("node-3", new HostInfo("127.0.1.1", 1885))));

    assertThat(shared).containsOnlyKeys("127.0.1.1:1884");
    assertThat(shared.get("127.0.1.1:1884"))
        .hasSize(2)
        .anySatisfy(name -> assertThat(name).startsWith("node-1 ("))
        .anySatisfy(name -> assertThat(name).startsWith("node-2 ("));
  }

  @Test
  void nodes_with_an_address_each_are_not() {
    assertThat(
            SharedAddresses.of(
                List.of(
                    new Node("node-1", DEBIANS),
                    new Node("node-2", new HostInfo("10.0.0.1", 1884)))))
        .isEmpty();
  }

  private record Node(String name, HostInfo address, ProcessId processId)
      implements KafkaStreamsState {
    Node(String name, HostInfo address) {
      this(name, address, new ProcessId(UUID.randomUUID()));
    }

    @Override
    public int numProcessingThreads() {
      return 1;
    }

    @Override
    public SortedSet<String> consumerClientIds() {
      return new TreeSet<>(Set.of(name + "-inbox-StreamThread-1-consumer-" + UUID.randomUUID()));
    }

    @Override
    public SortedSet<TaskId> previousActiveTasks() {
      return new TreeSet<>();
    }

    @Override
    public SortedSet<TaskId> previousStandbyTasks() {
      return new TreeSet<>();
    }

    @Override
    public long lagFor(TaskId task) {
      return 0;
    }

    @Override
    public SortedSet<TaskId> prevTasksByLag(String consumerClientId) {
      return new TreeSet<>();
    }

    @Override
    public Map<TaskId, Long> statefulTasksToLagSums() {
      return Map.of();
    }

    @Override
    public Optional<HostInfo> hostInfo() {
      return Optional.of(address);
    }

    @Override
    public Map<String, String> clientTags() {
      return Map.of();
    }

    @Override
    public Optional<String> rackId() {
      return Optional.empty();
    }
  }
}
