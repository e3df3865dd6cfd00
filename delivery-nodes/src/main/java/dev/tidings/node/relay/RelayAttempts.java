package dev.tidings.node.relay;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The order in which a node's ports are tried: each relay begins with the next one, so that they
 * share the local ports, of which there are about 28,000 towards each. A port that did not respond
 * where another did comes last for a minute. Thread-safe.
 */
final class RelayAttempts {
  private static final long AVOIDED_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoTime;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<InetSocketAddress, Long> avoided = new ConcurrentHashMap<>();

  RelayAttempts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  List<InetSocketAddress> order(List<InetSocketAddress> addresses) {
    if (addresses.size() == 1) {
      return addresses;
    }
    int first = Math.floorMod(turn.getAndIncrement(), addresses.size());
    List<InetSocketAddress> good = new ArrayList<>(addresses.size());
    List<InetSocketAddress> bad = new ArrayList<>(0);
    for (int i = 0; i < addresses.size(); i++) {
      InetSocketAddress address = addresses.get((first + i) % addresses.size());
      (isAvoided(address) ? bad : good).add(address);
    }
    good.addAll(bad);
    return good;
  }

  /** Notes the ports that failed before another succeeded. */
  void avoid(List<InetSocketAddress> failed) {
    for (InetSocketAddress address : failed) {
      avoided.put(address, nanoTime.getAsLong() + AVOIDED_NANOS);
    }
  }

  private boolean isAvoided(InetSocketAddress address) {
    Long until = avoided.get(address);
    if (until == null) {
      return false;
    }
    if (nanoTime.getAsLong() - until < 0) {
      return true;
    }
    avoided.remove(address, until);
    return false;
  }
}
