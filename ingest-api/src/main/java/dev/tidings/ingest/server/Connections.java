package dev.tidings.ingest.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections of a port as they are accepted, and closes those that are too many.
 * Thread-safe.
 */
@Sharable
final class Connections extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Connections.class);
  private static final long TELL_EVERY_SECONDS = 1;

  private final int max;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final CompletableFuture<Void> none = new CompletableFuture<>();
  private volatile boolean ending;

  Connections(int max) {
    this.max = max;
  }

  int count() {
    return open.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof Channel accepted)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (open.incrementAndGet() > max) {
      open.decrementAndGet();
      refuse(ctx, accepted);
      return;
    }
    accepted.closeFuture().addListener(closed -> closed());
    ctx.fireChannelRead(message);
  }

  private void refuse(ChannelHandlerContext ctx, Channel accepted) {
    // Nothing is left behind of it in this host's tables.
    accepted.config().setOption(ChannelOption.SO_LINGER, 0);
    accepted.unsafe().closeForcibly();
    if (refused.getAndIncrement() == 0) {
      ctx.executor()
          .schedule(
              () ->
                  log.warn(
                      "{} connections closed at once (expected: max.connections: {})",
                      refused.getAndSet(0),
                      max),
              TELL_EVERY_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  private void closed() {
    if (open.decrementAndGet() == 0 && ending) {
      none.complete(null);
    }
  }

  /** Done when the last one is closed; to be called when no more are accepted. */
  CompletableFuture<Void> none() {
    ending = true;
    if (open.get() == 0) {
      none.complete(null);
    }
    return none;
  }
}
