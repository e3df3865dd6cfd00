package dev.tidings.net.limit;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The address of a client: that of the connection's other end, or what a trusted proxy in between
 * has said of it.
 */
public final class ClientAddress {
  private static final AttributeKey<InetSocketAddress> SAID =
      AttributeKey.valueOf(ClientAddress.class, "said");

  private ClientAddress() {}

  public static @Nullable SocketAddress of(Channel channel) {
    InetSocketAddress said = channel.hasAttr(SAID) ? channel.attr(SAID).get() : null;
    return said == null ? channel.remoteAddress() : said;
  }

  /** Notes what a proxy has said, before anything asks for it. */
  public static void set(Channel channel, InetSocketAddress client) {
    channel.attr(SAID).set(client);
  }
}
