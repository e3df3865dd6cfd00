package dev.tidings.net.limit;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The address to which a connection is attributed: an IPv4 address, or the first 64 bits of an IPv6
 * address, because a client with one address in such a network has them all. An IPv4 address within
 * {@code 64:ff9b::/96}, from where translators send IPv4 on to IPv6 (RFC 6052), is the IPv4
 * address: all of IPv4 lies in that one network.
 */
public record PeerAddress(long bits, boolean v6) {
  /** The begin of {@code 64:ff9b::/96}; 32 bits of zeros follow. */
  private static final long TRANSLATED = 0x0064_ff9b_0000_0000L;

  private static final PeerAddress NOBODY = new PeerAddress(0, false);

  public static PeerAddress of(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? of(internet.getAddress())
        : NOBODY;
  }

  private static PeerAddress of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    if (!(address instanceof Inet6Address)) {
      return ofV4(bytes.getInt());
    }
    long network = bytes.getLong();
    return network == TRANSLATED && bytes.getInt() == 0
        ? ofV4(bytes.getInt())
        : new PeerAddress(network, true);
  }

  private static PeerAddress ofV4(int bits) {
    return new PeerAddress(Integer.toUnsignedLong(bits), false);
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
