package dev.tidings.node.transport;

import dev.tidings.net.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports on which a node listens for other nodes; several, because one host can open only about
 * 28,000 connections to each. They are bound before anything else, because the number of the first
 * identifies the node to the others, and accept connections once the node is ready: until then
 * connections wait in the backlog. Thread-safe.
 */
public final class InternalPort {
  private static final Logger log = LoggerFactory.getLogger(InternalPort.class);
  private static final int BACKLOG = 4096;

  private final List<Channel> listeners;
  private final Door door;

  private InternalPort(List<Channel> listeners, Door door) {
    this.listeners = List.copyOf(listeners);
    this.door = door;
  }

  /**
   * Binds the port, and the ports after it as far as they are free.
   *
   * @param port 0 for any free ones
   * @param count the number of ports
   * @throws IOException if the first port cannot be bound
   */
  public static InternalPort open(EventLoops loops, String bindAddress, int port, int count)
      throws IOException {
    Door door = new Door();
    List<Channel> listeners = new ArrayList<>();
    try {
      listeners.addAll(listen(loops, bindAddress, port, door));
    } catch (IOException e) {
      throw new IOException(
          ("internal.port: %d (expected: one that is free, but %s. Each node takes as many ports as"
                  + " its internal.ports says, %d here, from its internal.port on: of nodes on one"
                  + " host those are to be so far apart)")
              .formatted(port, e.getMessage(), count),
          e);
    }
    for (int i = 1; i < count && port + i <= 65_535; i++) {
      try {
        listeners.addAll(listen(loops, bindAddress, port == 0 ? 0 : port + i, door));
      } catch (IOException e) {
        log.warn("{}: this relay port is not used", e.getMessage());
      }
    }
    return new InternalPort(listeners, door);
  }

  private static List<Channel> listen(EventLoops loops, String bindAddress, int port, Door door)
      throws IOException {
    return new DeviceSockets(loops)
        .listen("MQTT for other nodes", bindAddress, port, BACKLOG, false, door);
  }

  /** Returns the port that identifies the node. */
  public int number() {
    return number(listeners.getFirst());
  }

  /** Returns all ports. */
  List<Integer> numbers() {
    return listeners.stream().map(InternalPort::number).distinct().toList();
  }

  private static int number(Channel listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  /** Starts to accept connections. */
  void serve(ChannelHandler pipeline) {
    door.pipeline = pipeline;
    listeners.forEach(listener -> listener.config().setAutoRead(true));
  }

  /** Closes the ports; the connections stay open. Idempotent. */
  public void close() {
    listeners.forEach(listener -> listener.close().awaitUninterruptibly());
  }

  /** A placeholder for the pipeline, which does not exist yet when the port is bound. */
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
