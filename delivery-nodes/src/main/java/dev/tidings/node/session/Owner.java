package dev.tidings.node.session;

import java.net.InetSocketAddress;

/** Who has a device's inbox, as the nodes have agreed last. */
public sealed interface Owner {
  /** This node, by now or in a moment. */
  record Here() implements Owner {}

  /**
   * Another node.
   *
   * @param address its internal listener
   */
  record There(InetSocketAddress address) implements Owner {}

  /** Nobody, as far as is known here: partitions are on the move. */
  record Unknown() implements Owner {}
}
