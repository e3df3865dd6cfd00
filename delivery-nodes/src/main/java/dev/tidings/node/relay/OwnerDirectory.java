package dev.tidings.node.relay;

import dev.tidings.net.Lookups;
import dev.tidings.node.cluster.NodeAddress;
import dev.tidings.node.cluster.Owner;
import dev.tidings.node.cluster.Owners;
import dev.tidings.node.relay.peer.KnownPorts;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.service.log.Repeated;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of the partitions' owners, refreshed several times a second by a thread of this class: the
 * original is behind a lock that a rebalance holds, and an event loop may not wait for it. Host
 * names are looked up by {@link NodeHosts}, which keeps nobody waiting. A look-up here takes a hash
 * and an array access.
 */
public final class OwnerDirectory implements Owners {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerDirectory.class);
  private static final Duration EVERY = Duration.ofMillis(200);
  private static final Owner HERE = new Owner.Here();
  private static final Owner UNKNOWN = new Owner.Unknown();

  private final Supplier<Map<Integer, NodeAddress>> agreed;
  private final NodeAddress self;
  private final KnownPorts ports;
  private final NodeHosts hosts;
  private final ScheduledExecutorService thread;
  private volatile Owner[] owners;

  /**
   * Creates a directory without any owners.
   *
   * @param agreed the owner of each partition; partitions without an owner are absent; may block
   * @param self this node's advertised address
   * @param ports the relay ports of the others
   * @param names looks up the others' host names; may block
   */
  public OwnerDirectory(
      int partitions,
      NodeAddress self,
      Supplier<Map<Integer, NodeAddress>> agreed,
      KnownPorts ports,
      Lookups.Names names) {
    this.ports = ports;
    this.hosts = new NodeHosts(names, this::renewSoon);
    this.agreed = agreed;
    this.self = self;
    this.owners = new Owner[partitions];
    Arrays.fill(owners, UNKNOWN);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("owner-directory").factory());
  }

  public void start() {
    thread.scheduleWithFixedDelay(
        Repeated.of(OwnerDirectory.class, "the renewal of owners", this::renew),
        0,
        EVERY.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  @Override
  public Owner of(DeviceId device) {
    Owner[] now = owners;
    return now[Partitioning.partition(device.key(), now.length)];
  }

  public void close() {
    thread.shutdownNow();
    hosts.close();
  }

  /** A host that was not known yet has been found: who owns its partitions can be reached. */
  private void renewSoon() {
    try {
      thread.execute(this::renew);
    } catch (RejectedExecutionException e) {
      LOG.debug("owner directory: closed", e);
    }
  }

  void renew() {
    try {
      Map<Integer, NodeAddress> latest = agreed.get();
      Map<NodeAddress, Owner> nodes = new HashMap<>();
      Owner[] next = new Owner[owners.length];
      for (int partition = 0; partition < next.length; partition++) {
        NodeAddress owner = latest.get(partition);
        next[partition] = owner == null ? UNKNOWN : nodes.computeIfAbsent(owner, this::node);
      }
      owners = next;
      ports.retain(nodes.keySet());
      if (!latest.isEmpty()) {
        // While this node joins its group anew nobody is named; afterwards the others are.
        Set<String> named = new HashSet<>();
        nodes.keySet().forEach(node -> named.add(node.host()));
        hosts.retain(named);
      }
    } catch (RuntimeException e) {
      LOG.warn("owner directory: refresh failed, the last known owners are kept", e);
    }
  }

  private Owner node(NodeAddress address) {
    if (address.equals(self)) {
      return HERE;
    }
    return hosts
        .find(address.host())
        .<Owner>map(host ->
            new Owner.There(
                ports.of(address).stream().map(port -> new InetSocketAddress(host, port)).toList()))
        .orElse(UNKNOWN);
  }
}
