package dev.tidings.net.proxy;

import dev.tidings.net.limit.AddressRanges;
import io.netty.channel.Channel;
import java.time.Duration;

/**
 * The balancers whose word on a client's address counts. Each of their connections has to begin
 * with a header, so that a client cannot send one of its own through a balancer that sends none; of
 * all others none is read. Thread-safe.
 */
public final class TrustedProxies {
  /** There is none, and no header is read. */
  public static final TrustedProxies NONE =
      new TrustedProxies(AddressRanges.NONE, Duration.ZERO, () -> {});

  private final AddressRanges addresses;
  private final Duration headerTimeout;
  private final Runnable refused;

  /**
   * @param headerTimeout how long a header may take
   * @param refused counts the connections of theirs that do not begin with one
   */
  public TrustedProxies(AddressRanges addresses, Duration headerTimeout, Runnable refused) {
    this.addresses = addresses;
    this.headerTimeout = headerTimeout;
    this.refused = refused;
  }

  /** Whether the other end of a connection is one of them. */
  public boolean include(Channel channel) {
    return addresses.contains(channel.remoteAddress());
  }

  /**
   * Reads the header of a connection, whose pipeline has no other handlers yet.
   *
   * @param next told once the address of the client is known
   */
  public void read(Channel channel, ProxiedClient.Next next) {
    channel
        .pipeline()
        .addLast(HeaderDecoder.anyVersion())
        .addLast(new ProxiedClient(headerTimeout, refused, next));
  }
}
