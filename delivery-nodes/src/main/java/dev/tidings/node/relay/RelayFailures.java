package dev.tidings.node.relay;

import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the nodes that accept no relays, and the reason: at most one line per second for each,
 * however many devices are refused for it. Thread-safe.
 */
final class RelayFailures {
  private static final Logger log = LoggerFactory.getLogger(RelayFailures.class);

  private record Trouble(int count, String why) {}

  private final Map<SocketAddress, Trouble> troubles = new ConcurrentHashMap<>();
  private final AtomicBoolean due = new AtomicBoolean();

  /**
   * The first failure schedules the line, which then includes the count of all others within the
   * second.
   */
  void failed(SocketAddress node, String why, EventExecutor executor) {
    troubles.merge(node, new Trouble(1, why), (old, one) -> new Trouble(old.count() + 1, why));
    if (due.compareAndSet(false, true)) {
      executor.schedule(this::say, 1, TimeUnit.SECONDS);
    }
  }

  private void say() {
    due.set(false);
    for (SocketAddress node : List.copyOf(troubles.keySet())) {
      Trouble trouble = troubles.remove(node);
      if (trouble != null) {
        log.warn(
            "node {} did not accept {} relays in the last second, their devices are refused: {}",
            node,
            trouble.count(),
            trouble.why());
      }
    }
  }
}
