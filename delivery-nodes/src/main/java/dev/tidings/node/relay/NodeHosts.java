package dev.tidings.node.relay;

import dev.tidings.net.Lookups;
import dev.tidings.service.log.SeldomLog;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The addresses of other nodes' host names. A restarted node may have another one, so each name is
 * looked up again and again; what was found last is used meanwhile, and while names are not
 * answered: a node is where it was until somebody says otherwise. A name whose servers are silent
 * delays no other. Confined to one thread.
 */
final class NodeHosts implements AutoCloseable {
  /** How many names are looked up at once: more than a group of nodes has. */
  private static final int MOST = 64;

  private final Lookups lookups;
  private final Runnable found;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(NodeHosts.class));
  private final Map<String, Host> hosts = new HashMap<>();

  private static final class Host {
    private @Nullable CompletableFuture<InetAddress[]> lookup;
    private @Nullable InetAddress last;
  }

  /**
   * @param found called, on any thread, when a name was found that was not known before
   */
  NodeHosts(Lookups.Names names, Runnable found) {
    this.lookups = new Lookups(names, "node-names", MOST);
    this.found = found;
  }

  /** Returns what is known of a host; empty if it was never found. Does not block. */
  Optional<InetAddress> find(String name) {
    return literal(name).or(() -> named(name));
  }

  /** The address if the host is given by it. */
  private static Optional<InetAddress> literal(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<InetAddress> named(String name) {
    Host host = hosts.computeIfAbsent(name, _ -> new Host());
    @Nullable CompletableFuture<InetAddress[]> lookup = host.lookup;
    if (lookup != null && lookup.isDone()) {
      take(name, host, lookup);
      host.lookup = null;
    }
    if (host.lookup == null) {
      look(name, host);
    }
    return Optional.ofNullable(host.last);
  }

  private void take(String name, Host host, CompletableFuture<InetAddress[]> lookup) {
    if (lookup.isCompletedExceptionally()) {
      failures.warn(
          "the host name of node %s cannot be resolved here: %s"
              .formatted(
                  name,
                  host.last == null
                      ? "its devices are refused"
                      : "its last known address is used, " + host.last.getHostAddress()));
    } else {
      host.last = lookup.resultNow()[0];
    }
  }

  private void look(String name, Host host) {
    try {
      CompletableFuture<InetAddress[]> lookup = lookups.find(name);
      host.lookup = lookup;
      if (host.last == null) {
        lookup.thenRun(found);
      }
    } catch (RejectedExecutionException e) {
      failures.warn("the host name of node %s waits: too many do not answer".formatted(name));
    }
  }

  /** Forgets all others. */
  void retain(Collection<String> names) {
    hosts.keySet().retainAll(names);
  }

  @Override
  public void close() {
    lookups.close();
  }
}
