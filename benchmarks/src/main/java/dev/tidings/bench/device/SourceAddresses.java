package dev.tidings.bench.device;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where devices come from: many addresses of this machine, so that none runs short of ports, above
 * all when thousands of connections have just ended and their ports are still taken.
 */
final class SourceAddresses {
  private static final int COUNT = 32;
  private static final int FIRST = 10;

  private final SocketAddress[] addresses = new SocketAddress[COUNT];

  SourceAddresses() {
    try {
      for (int i = 0; i < COUNT; i++) {
        addresses[i] =
            new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (FIRST + i)}), 0);
      }
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  /** Null where the node is not on this machine, which then picks one itself. */
  @Nullable SocketAddress of(Device device) {
    return device.node().host().startsWith("127.") ? addresses[device.number() % COUNT] : null;
  }
}
