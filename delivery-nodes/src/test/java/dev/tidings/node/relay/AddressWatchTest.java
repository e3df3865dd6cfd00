package dev.tidings.node.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.cluster.ClusterView;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.service.health.Health;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final NodeAddress DEBIANS = new NodeAddress("127.0.1.1", 1884);
  private static final NodeAddress REAL = new NodeAddress("10.0.0.7", 1884);
  private static final NodeAddress OTHER = new NodeAddress("10.0.0.8", 1884);

  private long now;

  @ParameterizedTest
  @CsvSource({
    "127.0.1.1, true",
    "127.0.0.1, true",
    "localhost, true",
    "LOCALHOST, true",
    "::1, true",
    "::ffff:127.0.0.1, true",
    "10.0.0.7, false",
    "2001:db8::1, false",
    "node-1, false"
  })
  void a_loopback_address_is_known_by_what_is_written(String host, boolean loopback) {
    assertThat(AddressWatch.isLoopback(host)).isEqualTo(loopback);
  }

  @Test
  void a_node_that_advertises_loopback_beside_others_that_do_not_is_unhealthy_and_named() {
    AddressWatch watch = watch(DEBIANS);

    watch.look(fleet(Map.of(0, DEBIANS, 1, REAL), Set.of(0)));

    assertThat(watch.health())
        .isEqualTo(
            Health.unhealthy(
                "127.0.1.1:1884, which this node advertises, is not reached from node"
                    + " 10.0.0.7:1884"));
    assertThat(watch.wrong()).isOne();
  }

  @Test
  void the_others_stay_healthy() {
    AddressWatch watch = watch(REAL);

    watch.look(fleet(Map.of(0, DEBIANS, 1, REAL), Set.of(1)));

    assertThat(watch.health()).isEqualTo(Health.healthy());
  }

  @Test
  void nodes_on_one_host_may_all_advertise_loopback() {
    AddressWatch watch = watch(DEBIANS);

    watch.look(fleet(Map.of(0, DEBIANS, 1, new NodeAddress("127.0.1.1", 1894)), Set.of(0)));
    now += PATIENCE.toNanos();
    watch.look(fleet(Map.of(0, DEBIANS, 1, new NodeAddress("127.0.1.1", 1894)), Set.of(0)));

    assertThat(watch.health()).isEqualTo(Health.healthy());
  }

  @Test
  void a_node_finds_that_another_has_its_address_when_the_partitions_said_to_be_here_are_not() {
    AddressWatch watch = watch(REAL);
    ClusterView shared = fleet(Map.of(1, REAL), Set.of(0));

    watch.look(shared);
    assertThat(watch.health()).isEqualTo(Health.healthy());
    now += PATIENCE.toNanos();
    watch.look(shared);

    assertThat(watch.health())
        .isEqualTo(
            Health.unhealthy(
                "10.0.0.7:1884 is advertised by this node and another: partitions [1] are said to"
                    + " be there, and here are [0]"));
  }

  @Test
  void the_node_that_the_address_leads_to_finds_it_when_nobody_else_is_to_be_seen() {
    AddressWatch watch = watch(DEBIANS);
    ClusterView shared = fleet(Map.of(1, DEBIANS), Set.of(1));

    watch.look(shared);
    now += PATIENCE.toNanos();
    watch.look(shared);

    assertThat(watch.health())
        .isEqualTo(
            Health.unhealthy(
                "127.0.1.1:1884 is advertised by this node and another, which has partitions [0]"));
  }

  @Test
  void two_others_with_one_address_are_not_this_nodes_fault() {
    AddressWatch watch = watch(REAL);
    ClusterView shared =
        new ClusterView(Set.of(REAL, OTHER), Map.of(0, REAL), Optional.of(Set.of(0)));

    watch.look(shared);
    now += PATIENCE.toNanos();
    watch.look(shared);

    assertThat(watch.health()).isEqualTo(Health.healthy());
  }

  @Test
  void partitions_on_the_move_prove_nothing() {
    AddressWatch watch = watch(REAL);
    watch.look(fleet(Map.of(1, REAL), Set.of(0)));
    now += PATIENCE.toNanos();
    watch.look(new ClusterView(Set.of(REAL), Map.of(1, REAL), Optional.empty()));
    watch.look(fleet(Map.of(1, REAL), Set.of(0)));

    assertThat(watch.health()).isEqualTo(Health.healthy());
  }

  @Test
  void it_is_over_when_each_has_an_address_of_its_own() {
    AddressWatch watch = watch(DEBIANS);
    watch.look(fleet(Map.of(0, DEBIANS, 1, REAL), Set.of(0)));
    watch.look(fleet(Map.of(0, DEBIANS, 1, DEBIANS), Set.of(0, 1)));

    assertThat(watch.health()).isEqualTo(Health.healthy());
    assertThat(watch.wrong()).isZero();
  }

  private AddressWatch watch(NodeAddress self) {
    return new AddressWatch(self, 2, PATIENCE, () -> now);
  }

  private static ClusterView fleet(Map<Integer, NodeAddress> owners, Set<Integer> here) {
    return new ClusterView(Set.copyOf(owners.values()), owners, Optional.of(here));
  }
}
