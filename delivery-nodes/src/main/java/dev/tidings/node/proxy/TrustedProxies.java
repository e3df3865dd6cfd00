package dev.tidings.node.proxy;

import dev.tidings.net.limit.AddressRanges;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import java.time.Duration;

/**
 * The balancers whose word on a device's address counts. Each of their connections has to begin
 * with a header, so that a device cannot send one of its own through a balancer that sends none; of
 * all others none is read.
 */
public final class TrustedProxies {
  private final AddressRanges addresses;
  private final Duration headerTimeout;
  private final Counter refused;

  /**
   * @param headerTimeout how long a header may take
   */
  public TrustedProxies(AddressRanges addresses, Duration headerTimeout, MeterRegistry registry) {
    this.addresses = addresses;
    this.headerTimeout = headerTimeout;
    this.refused =
        Counter.builder("tidings.node.proxy.refused")
            .description("Connections of trusted proxies that did not begin with a PROXY header")
            .register(registry);
  }

  /** Whether the other end of a connection is one of them. */
  public boolean include(Channel channel) {
    return addresses.contains(channel.remoteAddress());
  }

  /**
   * Reads the header of a connection, whose pipeline has no other handlers yet.
   *
   * @param next told once the address of the device is known
   */
  public void read(Channel channel, ProxiedClient.Next next) {
    channel
        .pipeline()
        .addLast(HeaderDecoder.anyVersion())
        .addLast(new ProxiedClient(headerTimeout, refused, next));
  }
}
