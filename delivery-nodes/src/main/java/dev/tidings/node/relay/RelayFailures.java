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
 * Says which nodes take no relays, and why: a line a second for each however many devices are
 * refused for it. Safe to use from any thread.
 */
final class RelayFailures {
  private static final Logger log = LoggerFactory.getLogger(RelayFailures.class);

  private record Trouble(int count, String why) {}

  private final Map<SocketAddress, Trouble> troubles = new ConcurrentHashMap<>();
  private final AtomicBoolean due = new AtomicBoolean();

  /** The first one of a second makes the lines due, which then count the others too. */
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
            "node {} has not taken {} relays in the last second, their devices are refused: {}",
            node,
            trouble.count(),
            trouble.why());
      }
    }
  }
}
