package dev.tidings.net;

import dev.tidings.service.net.ListenAddresses;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops of a service, and the bootstraps of its sockets on them. Each connection is
 * confined to one loop. They are created before any listener, so that what is confined to them
 * exists when the first client connects. Thread-safe.
 */
public final class EventLoops implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventLoops.class);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(2);

  /** Above the upper mark a connection counts as stalled, until it is below the lower. */
  private static final WriteBufferWaterMark WATER_MARKS =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final Sockets sockets;
  private final AcceptFailures acceptFailures;

  /** The loops that serve connections, and then the one that accepts them, if it is another. */
  private final List<EventLoopGroup> groups;

  private final LoopWatch watch = new LoopWatch();

  private EventLoops(Sockets sockets, AcceptFailures acceptFailures, List<EventLoopGroup> groups) {
    this.sockets = sockets;
    this.acceptFailures = acceptFailures;
    this.groups = groups;
  }

  /**
   * Creates loops that also accept, for few connections that live long. Threads start with the
   * first task.
   *
   * @param name the beginning of the threads' names
   * @param threads 0 for one per two processors: Kafka's clients, which share the work, need the
   *     others, and each hop between loops wakes a thread
   */
  public static EventLoops of(String name, int threads, AcceptFailures failures) {
    Sockets sockets = Sockets.best();
    return new EventLoops(
        sockets, failures, List.of(group(sockets, name + "-loop", number(threads))));
  }

  /**
   * Creates loops beside which another thread accepts, for many connections that come at once.
   *
   * @param threads as for {@link #of}, the accepting one not included
   */
  public static EventLoops withAcceptor(String name, int threads, AcceptFailures failures) {
    Sockets sockets = Sockets.best();
    return new EventLoops(
        sockets,
        failures,
        List.of(
            group(sockets, name + "-loop", number(threads)), group(sockets, name + "-accept", 1)));
  }

  private static int number(int threads) {
    return threads == 0 ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : threads;
  }

  private static EventLoopGroup group(Sockets sockets, String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), sockets.ioHandlers());
  }

  /**
   * Watches the loops until they are closed, and measures how late they are.
   *
   * @param fatal called if a loop has ended before: the process has to exit
   */
  public void watch(Consumer<Throwable> fatal, MeterRegistry metrics) {
    LoopDelay delay = new LoopDelay(System::nanoTime);
    groups.forEach(group -> {
      watch.watch(group, fatal);
      delay.measure(group);
    });
    TimeGauge.builder("tidings.event.loop.delay", delay, TimeUnit.SECONDS, LoopDelay::seconds)
        .description("How late the event loops ran what was due, at most, lately.")
        .strongReference(true)
        .register(metrics);
  }

  /** Returns the loops that serve connections. */
  public EventLoopGroup workers() {
    return groups.getFirst();
  }

  /** Returns the implementation of the sockets on these loops. */
  public Sockets sockets() {
    return sockets;
  }

  /**
   * Returns a bootstrap for a listener with the options that all have; those of its connections and
   * their handler are to be set.
   *
   * @param backlog the maximum number of connections waiting to be accepted
   */
  public ServerBootstrap server(int backlog) {
    return new ServerBootstrap()
        .group(groups.getLast(), groups.getFirst())
        .channel(sockets.server())
        .option(ChannelOption.SO_BACKLOG, backlog)
        .option(ChannelOption.SO_REUSEADDR, true)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS);
  }

  /**
   * Binds a port on every address.
   *
   * @param port 0 for any free one
   * @throws IOException if one cannot be bound; then none is left bound
   */
  public List<Channel> bind(ServerBootstrap server, ListenAddresses addresses, int port)
      throws IOException {
    List<Channel> bound = addresses.bind(port, new ChannelBinder(server));
    // Added after Netty's acceptor, which is present by now.
    bound.forEach(listener -> listener.pipeline().addLast(acceptFailures));
    return bound;
  }

  /** Returns a bootstrap for connections to other hosts; loop and handler are to be set. */
  public Bootstrap client() {
    return new Bootstrap()
        .channel(sockets.client())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS);
  }

  /**
   * Ends the loops, and closes all connections that are still open. Idempotent; returns when they
   * have ended or the time is over.
   */
  public void close(Duration atMost) throws InterruptedException {
    watch.closing();
    long end = System.nanoTime() + atMost.toNanos();
    List<Future<?>> ending = new ArrayList<>();
    groups.forEach(group -> ending.add(end(group, atMost)));
    boolean ended = true;
    for (Future<?> each : ending) {
      ended &= each.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    if (!ended) {
      log.warn("event loops still running after {} ms", atMost.toMillis());
    }
  }

  private static Future<?> end(EventLoopGroup loops, Duration atMost) {
    return loops.shutdownGracefully(0, Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
  }

  /** The same within two seconds. */
  @Override
  public void close() {
    try {
      close(CLOSED_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
