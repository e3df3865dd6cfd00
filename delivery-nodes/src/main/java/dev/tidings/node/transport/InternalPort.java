package dev.tidings.node.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The port on which a node listens for others. It is bound before anything else, since its number
 * is the node's name among the others, and serves when the node can: until then connections wait to
 * be accepted. Safe to use from any thread.
 */
public final class InternalPort {
  private static final int BACKLOG = 4096;

  private final Channel listener;
  private final Door door;

  private InternalPort(Channel listener, Door door) {
    this.listener = listener;
    this.door = door;
  }

  /**
   * Binds it.
   *
   * @param port 0 for any free one
   * @throws IOException if it can't be had
   */
  public static InternalPort open(EventLoops loops, String bindAddress, int port)
      throws IOException {
    Door door = new Door();
    Channel listener =
        loops.listen("MQTT for other nodes", bindAddress, port, BACKLOG, false, door);
    return new InternalPort(listener, door);
  }

  public int number() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Begins to accept. */
  void serve(ChannelHandler pipeline) {
    door.pipeline = pipeline;
    listener.config().setAutoRead(true);
  }

  /** Idempotent; the connections stay. */
  public void close() {
    listener.close().awaitUninterruptibly();
  }

  /** Stands in for the pipeline, which is not known when the port is bound. */
  @ChannelHandler.Sharable
  private static final class Door extends ChannelInitializer<Channel> {
    private volatile @Nullable ChannelHandler pipeline;

    @Override
    protected void initChannel(Channel channel) {
      ChannelHandler known = pipeline;
      if (known == null) {
        channel.close();
      } else {
        channel.pipeline().addLast(known);
      }
    }
  }
}
