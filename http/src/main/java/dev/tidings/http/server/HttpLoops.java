package dev.tidings.http.server;

import dev.tidings.service.net.LoopWatch;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The threads of the servers: one for each two processors, for the log's clients need the others;
 * on Linux's epoll where it is at hand.
 */
public final class HttpLoops implements AutoCloseable {
  private static final int ENDS_WITHIN_SECONDS = 2;

  private final boolean epoll = Epoll.isAvailable();
  private final EventLoopGroup group;
  private final LoopWatch watch = new LoopWatch();

  /** Loops whose threads start with the first task. */
  public HttpLoops() {
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    group =
        new MultiThreadIoEventLoopGroup(
            Math.max(1, Runtime.getRuntime().availableProcessors() / 2), threads(), handlers);
  }

  private static ThreadFactory threads() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new FastThreadLocalThread(task, "http-loop-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Watches the loops until they are closed.
   *
   * @param fatal told of one that has ended before: the process has to end
   */
  public void watch(Consumer<Throwable> fatal) {
    watch.watch(group, fatal);
  }

  EventLoopGroup group() {
    return group;
  }

  /** A server on these threads, which accept as well. */
  ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(group)
        .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
  }

  /** Ends the threads. Close what runs on them first. */
  @Override
  public void close() {
    watch.closing();
    group.shutdownGracefully(0, ENDS_WITHIN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
