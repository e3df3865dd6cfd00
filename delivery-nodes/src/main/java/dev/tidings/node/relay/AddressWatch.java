package dev.tidings.node.relay;

import dev.tidings.node.cluster.ClusterView;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.service.health.Health;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects nodes that cannot reach one another under their advertised addresses: devices that
 * connect to the wrong node would be refused permanently. A loopback address is useless among
 * several hosts, and an address that two nodes advertise leads to only one of them. The group keeps
 * one node for each address, so of two nodes with the same address, one finds that the partitions
 * assigned to it are not its own.
 */
public final class AddressWatch {
  private static final Logger log = LoggerFactory.getLogger(AddressWatch.class);

  private static final String ADVICE =
      "set advertised.host, one for each node, to what the other nodes reach it under";

  private final NodeAddress self;
  private final int partitions;
  private final long patience;
  private final LongSupplier nanoTime;
  private @Nullable Long differsSince;
  private @Nullable Long missingSince;
  private Optional<String> told = Optional.empty();
  private volatile Optional<String> wrong = Optional.empty();

  /**
   * @param self the address this node advertises
   * @param patience how long a rebalance may look like two nodes with one address
   */
  public AddressWatch(NodeAddress self, int partitions, Duration patience, LongSupplier nanoTime) {
    this.self = self;
    this.partitions = partitions;
    this.patience = patience.toNanos();
    this.nanoTime = nanoTime;
  }

  /** Returns unhealthy if the others cannot reach this node. */
  public Health health() {
    return Health.unless(wrong);
  }

  /** Returns 1 if this node is not reachable under its advertised address. */
  public int wrong() {
    return wrong.isPresent() ? 1 : 0;
  }

  /** Checks the most recent assignment; called periodically by one thread. */
  public void look(ClusterView clusterView) {
    Optional<String> mine = loopbackHere(clusterView.members()).or(() -> shared(clusterView));
    wrong = mine;
    Optional<String> any =
        mine.or(() -> loopbackElsewhere(clusterView.members())).or(() -> ownerless(clusterView));
    if (!any.equals(told)) {
      told = any;
      any.ifPresentOrElse(
          what -> log.error("{}: {}", what, ADVICE),
          () -> log.info("every node is reached under an address of its own"));
    }
  }

  private Optional<String> loopbackHere(Set<NodeAddress> members) {
    return isLoopback(self.host())
        ? members.stream()
            .filter(other -> !isLoopback(other.host()))
            .map(NodeAddress::toString)
            .sorted()
            .findFirst()
            .map(other -> self + ", which this node advertises, is not reached from node " + other)
        : Optional.empty();
  }

  private Optional<String> loopbackElsewhere(Set<NodeAddress> members) {
    if (isLoopback(self.host())) {
      return Optional.empty();
    }
    String those =
        members.stream()
            .filter(other -> isLoopback(other.host()))
            .map(NodeAddress::toString)
            .sorted()
            .collect(Collectors.joining(", "));
    return those.isEmpty()
        ? Optional.empty()
        : Optional.of(
            those + ", which another node advertises, leads to this host; its devices are refused");
  }

  private Optional<String> shared(ClusterView clusterView) {
    if (clusterView.here().isEmpty()) {
      differsSince = null;
      missingSince = null;
      return Optional.empty();
    }
    Set<Integer> said =
        clusterView.owners().entrySet().stream()
            .filter(entry -> entry.getValue().equals(self))
            .map(entry -> entry.getKey())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<Integer> here = new TreeSet<>(clusterView.here().get());
    Set<Integer> missing = missing(clusterView);
    long now = nanoTime.getAsLong();
    differsSince = said.equals(here) ? null : first(differsSince, now);
    missingSince = missing.isEmpty() ? null : first(missingSince, now);
    if (isLong(differsSince, now)) {
      return Optional.of(
          self
              + " is advertised by this node and another: partitions "
              + said
              + " are said to be there, and here are "
              + here);
    }
    // No other node is visible, and yet another one owns the partitions.
    if (isLong(missingSince, now) && clusterView.members().equals(Set.of(self))) {
      return Optional.of(
          self + " is advertised by this node and another, which has partitions " + missing);
    }
    return Optional.empty();
  }

  private Optional<String> ownerless(ClusterView clusterView) {
    if (!isLong(missingSince, nanoTime.getAsLong())) {
      return Optional.empty();
    }
    return Optional.of(
        "partitions "
            + missing(clusterView)
            + " are nobody's as far as this node can tell; two others may advertise one address");
  }

  private Set<Integer> missing(ClusterView clusterView) {
    return IntStream.range(0, partitions)
        .filter(partition -> !clusterView.owners().containsKey(partition))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static long first(@Nullable Long since, long now) {
    return since == null ? now : since;
  }

  private boolean isLong(@Nullable Long since, long now) {
    return since != null && now - since >= patience;
  }

  /**
   * Returns whether the host is certainly a loopback address: a host's own name may be one on that
   * host only.
   */
  static boolean isLoopback(String host) {
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
    return literal != null && literal.isLoopbackAddress();
  }
}
