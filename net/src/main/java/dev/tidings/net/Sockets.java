package dev.tidings.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * The socket implementation and its options.
 *
 * @param ioHandlers creates the I/O handler of each event loop
 */
public record Sockets(
    String name,
    IoHandlerFactory ioHandlers,
    Class<? extends ServerChannel> server,
    Class<? extends Channel> client) {
  private static final int PROBE_AFTER_SECONDS = 300;
  private static final int PROBE_EVERY_SECONDS = 30;
  private static final int PROBES = 4;
  private static final int UNSENT_BYTES = 64 * 1024;

  // Nodes are near one another: a vanished node, and its devices, should be noticed soon.
  private static final int NODE_PROBE_AFTER_SECONDS = 10;
  private static final int NODE_PROBE_EVERY_SECONDS = 5;
  private static final int NODE_UNACKNOWLEDGED_MILLIS = 30_000;

  /**
   * Returns Linux's epoll if its native library is available, otherwise the JDK's implementation.
   */
  public static Sockets best() {
    return Epoll.isAvailable()
        ? new Sockets(
            "epoll",
            EpollIoHandler.newFactory(),
            EpollServerSocketChannel.class,
            EpollSocketChannel.class)
        : new Sockets(
            "nio", NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
  }

  /** Makes the kernel probe silent connections after minutes; its default is two hours. */
  public void tuneKeepAlive(ServerBootstrap bootstrap) {
    if (server == EpollServerSocketChannel.class) {
      bootstrap
          .childOption(EpollChannelOption.TCP_KEEPIDLE, PROBE_AFTER_SECONDS)
          .childOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_EVERY_SECONDS)
          .childOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
    }
  }

  /**
   * Makes the kernel buffer little more than it can send: otherwise it holds megabytes for a device
   * that reads slowly, and reports progress only when a third of them has been sent.
   */
  public void tuneOutput(ServerBootstrap bootstrap) {
    if (server == EpollServerSocketChannel.class) {
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, (long) UNSENT_BYTES);
    }
  }

  /**
   * Makes the kernel probe connections to another node within half a minute, including those with
   * unacknowledged data.
   */
  public void tuneKeepAlive(Bootstrap bootstrap) {
    if (client == EpollSocketChannel.class) {
      bootstrap
          .option(EpollChannelOption.TCP_KEEPIDLE, NODE_PROBE_AFTER_SECONDS)
          .option(EpollChannelOption.TCP_KEEPINTVL, NODE_PROBE_EVERY_SECONDS)
          .option(EpollChannelOption.TCP_KEEPCNT, PROBES)
          .option(EpollChannelOption.TCP_USER_TIMEOUT, NODE_UNACKNOWLEDGED_MILLIS);
    }
  }
}
