package dev.tidings.net.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The address to which a connection is attributed: an IPv4 address, or the first 64 bits of an IPv6
 * address, because a client with one address in such a network has them all.
 */
public record PeerAddress(long bits, boolean v6) {
  private static final PeerAddress NOBODY = new PeerAddress(0, false);

  public static PeerAddress of(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? of(internet.getAddress())
        : NOBODY;
  }

  private static PeerAddress of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet6Address
        ? new PeerAddress(bytes.getLong(), true)
        : new PeerAddress(Integer.toUnsignedLong(bytes.getInt()), false);
  }

  @Override
  public String toString() {
    return v6
        ? "%x:%x:%x:%x::/64".formatted(word(48), word(32), word(16), word(0))
        : "%d.%d.%d.%d".formatted(octet(24), octet(16), octet(8), octet(0));
  }

  private long word(int shift) {
    return bits >>> shift & 0xffff;
  }

  private long octet(int shift) {
    return bits >>> shift & 0xff;
  }
}
