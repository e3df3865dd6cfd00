package dev.tidings.node.cluster;

import java.net.InetSocketAddress;
import java.util.List;

/** The owner of a device's inbox, according to the most recent assignment. */
public sealed interface Owner {
  /** This node, now or in a moment. */
  record Here() implements Owner {}

  /**
   * Another node.
   *
   * @param addresses of its internal listeners, at least one
   */
  record There(List<InetSocketAddress> addresses) implements Owner {
    public There {
      addresses = List.copyOf(addresses);
    }

    /** An owner with a single listener. */
    public There(InetSocketAddress address) {
      this(List.of(address));
    }
  }

  /** No owner is known here: a rebalance is in progress. */
  record Unknown() implements Owner {}
}
