package dev.tidings.node.transport;

import dev.tidings.net.EventLoops;
import dev.tidings.service.net.ListenAddresses;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.io.IOException;
import java.util.List;

/**
 * The sockets for devices: of a device itself, or between two nodes for a device that is relayed.
 *
 * @param loops serve them
 */
record DeviceSockets(EventLoops loops) {
  /**
   * A fixed size for all: devices send little, and an adaptive allocator takes memory for each of
   * them.
   */
  private static final RecvByteBufAllocator RECEIVE = new FixedRecvByteBufAllocator(2 * 1024);

  /**
   * Binds a port on all addresses of the bind address.
   *
   * @param what the purpose of the port, for error messages
   * @param accept whether to accept connections from the start
   * @param pipeline initializes each connection
   * @throws IOException if the port cannot be bound
   */
  List<Channel> listen(
      String what, String address, int port, int backlog, boolean accept, ChannelHandler pipeline)
      throws IOException {
    ServerBootstrap server =
        loops
            .server(backlog)
            .option(ChannelOption.AUTO_READ, accept)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE)
            .childHandler(pipeline);
    loops.sockets().tuneKeepAlive(server);
    loops.sockets().tuneOutput(server);
    try {
      return loops.bind(server, ListenAddresses.of(address), port);
    } catch (IOException e) {
      throw new IOException(
          what + " can't listen on " + address + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /** Returns a bootstrap for connections to another node; loop and handler are to be set. */
  Bootstrap toNodes() {
    Bootstrap client = loops.client().option(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE);
    loops.sockets().tuneKeepAlive(client);
    return client;
  }
}
