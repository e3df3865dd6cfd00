package dev.tidings.node.transport;

import dev.tidings.service.net.ChannelBinder;
import dev.tidings.service.net.ListenAddresses;
import dev.tidings.service.net.LoopWatch;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of the front. They are created before it, so that the inboxes, which are confined
 * to them too, exist when the first device connects. Thread-safe.
 */
public final class EventLoops {
  private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

  /** Above the upper mark a connection counts as stalled, until it is below the lower. */
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  /**
   * A fixed size for all: devices send little, and an adaptive allocator takes memory for each of
   * them.
   */
  private static final RecvByteBufAllocator RECEIVE = new FixedRecvByteBufAllocator(2 * 1024);

  private final Sockets sockets = Sockets.best();
  private final AcceptFailures acceptFailures;
  private final EventLoopGroup acceptor;
  private final EventLoopGroup workers;
  private final LoopWatch watch = new LoopWatch();

  /**
   * Creates loops whose threads start with the first task.
   *
   * @param threads 0 for one per two processors: the log's clients, which share the work, need the
   *     others, and each hop between loops wakes a thread
   */
  public EventLoops(int threads, MeterRegistry registry) {
    int count =
        threads == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
    this.acceptFailures = new AcceptFailures(registry);
    this.acceptor = group("mqtt-accept", 1);
    this.workers = group("mqtt-loop", count);
  }

  /**
   * Watches the loops until they are closed.
   *
   * @param fatal called if a loop has ended before: the process has to exit
   */
  public void watch(Consumer<Throwable> fatal) {
    watch.watch(acceptor, fatal);
    watch.watch(workers, fatal);
  }

  /** Returns the loops; each connection is confined to one. */
  public EventLoopGroup workers() {
    return workers;
  }

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
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, workers)
            .channel(sockets.server())
            .option(ChannelOption.SO_BACKLOG, backlog)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.AUTO_READ, accept)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE)
            .childHandler(pipeline);
    sockets.tuneKeepAlive(bootstrap);
    sockets.tuneOutput(bootstrap);
    List<Channel> bound;
    try {
      bound = ListenAddresses.of(address).bind(port, new ChannelBinder(bootstrap));
    } catch (IOException e) {
      throw new IOException(
          what + " can't listen on " + address + ":" + port + ": " + e.getMessage(), e);
    }
    // Added after Netty's acceptor, which is present by now.
    bound.forEach(listener -> listener.pipeline().addLast(acceptFailures));
    return bound;
  }

  /** Returns a bootstrap for connections to another node; loop and handler are to be set. */
  Bootstrap outgoing() {
    Bootstrap bootstrap =
        new Bootstrap()
            .channel(sockets.client())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
            .option(ChannelOption.RECVBUF_ALLOCATOR, RECEIVE);
    sockets.tuneKeepAlive(bootstrap);
    return bootstrap;
  }

  Sockets sockets() {
    return sockets;
  }

  /**
   * Ends the loops, and closes all connections that are still open. Idempotent; returns when they
   * have ended or the time is over.
   */
  public void close(Duration atMost) throws InterruptedException {
    watch.closing();
    long end = System.nanoTime() + atMost.toNanos();
    Future<?> acceptorEnded = end(acceptor, atMost);
    Future<?> workersEnded = end(workers, atMost);
    boolean ended =
        acceptorEnded.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)
            && workersEnded.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (!ended) {
      log.warn("event loops still running after {} ms", atMost.toMillis());
    }
  }

  private EventLoopGroup group(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), sockets.ioHandlers());
  }

  private static Future<?> end(EventLoopGroup loops, Duration atMost) {
    return loops.shutdownGracefully(0, Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
  }
}
