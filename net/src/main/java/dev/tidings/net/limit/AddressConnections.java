package dev.tidings.net.limit;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits the open connections of each address, from when the address is known to when they are
 * closed, so that one address cannot have all that a server may have. Remembers addresses of open
 * connections alone, and none without a limit. Thread-safe.
 */
public final class AddressConnections {
  private final int max;
  private final Map<PeerAddress, Integer> open = new ConcurrentHashMap<>();

  /**
   * @param max of one address; 0 for no limit
   */
  public AddressConnections(int max) {
    this.max = max;
  }

  /** Counts a connection until it is closed; false if its address has as many as it may have. */
  public boolean admit(Channel channel) {
    if (max == 0) {
      return true;
    }
    PeerAddress address = PeerAddress.of(ClientAddress.of(channel));
    int now = open.merge(address, 1, Integer::sum);
    if (now > max) {
      leave(address);
      return false;
    }
    channel.closeFuture().addListener(_ -> leave(address));
    return true;
  }

  private void leave(PeerAddress address) {
    open.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Returns of how many addresses there are connections. */
  int addresses() {
    return open.size();
  }
}
