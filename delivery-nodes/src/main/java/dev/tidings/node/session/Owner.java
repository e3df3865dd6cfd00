package dev.tidings.node.session;

import java.net.InetSocketAddress;
import java.util.List;

/** Who has a device's inbox, as the nodes have agreed last. */
public sealed interface Owner {
  /** This node, by now or in a moment. */
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

    /** One with a single listener. */
    public There(InetSocketAddress address) {
      this(List.of(address));
    }
  }

  /** Nobody, as far as is known here: partitions are on the move. */
  record Unknown() implements Owner {}
}
