package dev.tidings.bench.device;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The local addresses of devices: many, so that none runs out of ports, especially when thousands
 * of connections have just ended and their ports are still in use.
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

  /** Returns null if the node is not on this machine: the system then chooses an address. */
  @Nullable SocketAddress of(Device device) {
    return device.node().host().startsWith("127.") ? addresses[device.number() % COUNT] : null;
  }
}
