package dev.tidings.ingest.server;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.EventLoopGroups;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Accepts connections. Netty would have it wait for two seconds at its end, for tasks that others
 * may still give it; nobody does, and the service's stop waits with it.
 */
final class AcceptLoop extends MultiThreadIoEventLoopGroup {
  private static final int ONE_THREAD = 1;
  private static final int ENDS_WITHIN_SECONDS = 2;

  private AcceptLoop(String threads, IoHandlerFactory handlers) {
    super(ONE_THREAD, new DefaultThreadFactory(threads), handlers);
  }

  static EventLoopGroup of(String threads) {
    return switch (Flags.transportType()) {
      case EPOLL -> new AcceptLoop(threads, EpollIoHandler.newFactory());
      case NIO -> new AcceptLoop(threads, NioIoHandler.newFactory());
      default -> EventLoopGroups.newEventLoopGroup(ONE_THREAD, threads);
    };
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
  }
}
