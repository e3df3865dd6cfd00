package dev.tidings.net;

import dev.tidings.service.net.ListenAddresses;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Listens with Netty. */
public record ChannelBinder(ServerBootstrap bootstrap) implements ListenAddresses.Binder<Channel> {

  @Override
  public Channel bind(InetSocketAddress address) throws IOException {
    ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new IOException(address + ": " + bound.cause().getMessage(), bound.cause());
    }
    return bound.channel();
  }

  @Override
  public int port(Channel bound) {
    return ((InetSocketAddress) bound.localAddress()).getPort();
  }

  @Override
  public void close(Channel bound) {
    bound.close().awaitUninterruptibly();
  }
}
