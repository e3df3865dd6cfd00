package dev.tidings.node.inbox.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.assignment.ProcessId;
import org.junit.jupiter.api.Test;

/** Shows G73 of docs/guarantees.md. */
class StickyAssignmentTest {
  private static final long WARM = 1_000;
  private static final SortedSet<TaskId> TASKS =
      IntStream.range(0, 8)
          .mapToObj(StickyAssignmentTest::task)
          .collect(Collectors.toCollection(TreeSet::new));

  private static TaskId task(int partition) {
    return new TaskId(0, partition);
  }

  private static ProcessId id(int number) {
    return new ProcessId(new UUID(0, number));
  }

  /** A node that owns these, and has warm copies of all that it is not said to lack. */
  private static NodeState node(int number, List<Integer> owned, List<Integer> cold) {
    Map<TaskId, Long> lags = new HashMap<>();
    TASKS.forEach(task -> lags.put(task, 10L));
    cold.forEach(partition -> lags.put(task(partition), 50_000L));
    return new NodeState(
        id(number),
        owned.stream().map(StickyAssignmentTest::task).collect(Collectors.toSet()),
        lags);
  }

  private static List<Integer> all() {
    return List.of(0, 1, 2, 3, 4, 5, 6, 7);
  }

  private static StickyAssignment sharing(NodeState... nodes) {
    return new StickyAssignment(Arrays.asList(nodes), WARM, 1, 8);
  }

  private static Set<Integer> active(Map<ProcessId, Assignment> shares, int number) {
    return partitions(shares.get(id(number)).active());
  }

  private static Set<Integer> standby(Map<ProcessId, Assignment> shares, int number) {
    return partitions(shares.get(id(number)).standby());
  }

  private static Set<Integer> partitions(Set<TaskId> tasks) {
    return tasks.stream().map(TaskId::partition).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void one_node_gets_everything_however_cold() {
    Map<ProcessId, Assignment> shares = sharing(node(1, List.of(), all())).of(TASKS);
    assertThat(active(shares, 1)).hasSize(8);
    assertThat(standby(shares, 1)).isEmpty();
  }

  @Test
  void what_is_even_stays_where_it_is() {
    Map<ProcessId, Assignment> shares =
        sharing(
                node(1, List.of(0, 3, 6), List.of()),
                node(2, List.of(1, 4, 7), List.of()),
                node(3, List.of(2, 5), List.of()))
            .of(TASKS);
    assertThat(active(shares, 1)).containsExactly(0, 3, 6);
    assertThat(active(shares, 2)).containsExactly(1, 4, 7);
    assertThat(active(shares, 3)).containsExactly(2, 5);
  }

  @Test
  void when_a_node_dies_only_its_own_partitions_move_and_to_where_they_are_warm() {
    Map<ProcessId, Assignment> shares =
        sharing(node(2, List.of(1, 4, 7), List.of(0, 6)), node(3, List.of(2, 5), List.of(3)))
            .of(TASKS);
    assertThat(active(shares, 2)).contains(1, 4, 7, 3);
    assertThat(active(shares, 3)).contains(2, 5, 0, 6);
  }

  @Test
  void a_newcomer_warms_up_before_it_owns_anything() {
    StickyAssignment stickyAssignment =
        sharing(
            node(1, List.of(0, 1, 2, 3), List.of()),
            node(2, List.of(4, 5, 6, 7), List.of()),
            node(3, List.of(), all()));
    Map<ProcessId, Assignment> shares = stickyAssignment.of(TASKS);
    assertThat(active(shares, 3)).isEmpty();
    assertThat(standby(shares, 3)).hasSizeGreaterThanOrEqualTo(2);
    assertThat(active(shares, 1)).containsExactly(0, 1, 2, 3);
    assertThat(stickyAssignment.isWarmingUp()).isTrue();
  }

  @Test
  void a_newcomer_that_is_warm_gets_its_part_and_no_more_moves_than_that() {
    StickyAssignment stickyAssignment =
        sharing(
            node(1, List.of(0, 1, 2, 3), List.of()),
            node(2, List.of(4, 5, 6, 7), List.of()),
            node(3, List.of(), List.of(0, 1, 2, 4, 5)));
    Map<ProcessId, Assignment> shares = stickyAssignment.of(TASKS);
    assertThat(active(shares, 3)).hasSize(2).isSubsetOf(3, 6, 7);
    assertThat(active(shares, 1)).isSubsetOf(0, 1, 2, 3);
    assertThat(active(shares, 2)).isSubsetOf(4, 5, 6, 7);
    assertThat(stickyAssignment.isWarmingUp()).isFalse();
  }

  @Test
  void at_random_each_task_has_one_owner_its_standbys_and_moves_only_to_warm_nodes() {
    Random random = new Random(11);
    for (int run = 0; run < 500; run++) {
      int count = 1 + random.nextInt(5);
      List<List<Integer>> owned = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        owned.add(new ArrayList<>());
      }
      for (int partition = 0; partition < 8; partition++) {
        int owner = random.nextInt(count + 1);
        if (owner < count) {
          owned.get(owner).add(partition);
        }
      }
      List<NodeState> nodes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        nodes.add(node(i, owned.get(i), all().stream().filter(p -> random.nextBoolean()).toList()));
      }
      Map<ProcessId, Assignment> shares = sharing(nodes.toArray(NodeState[]::new)).of(TASKS);
      for (TaskId task : TASKS) {
        List<NodeState> owners =
            nodes.stream().filter(n -> shares.get(n.id()).active().contains(task)).toList();
        assertThat(owners).hasSize(1);
        boolean hadOwner = nodes.stream().anyMatch(n -> n.active().contains(task));
        assertThat(!hadOwner || owners.getFirst().lag(task) <= WARM).isTrue();
        long copies =
            nodes.stream().filter(n -> shares.get(n.id()).standby().contains(task)).count();
        assertThat(copies).isGreaterThanOrEqualTo(Math.min(1, count - 1));
      }
    }
  }
}
