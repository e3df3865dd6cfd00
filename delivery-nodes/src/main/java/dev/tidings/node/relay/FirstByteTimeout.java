package dev.tidings.node.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connection to an owner that does not respond: a hanging process still accepts
 * connections. Leaves the pipeline with the first byte.
 */
final class FirstByteTimeout extends ChannelInboundHandlerAdapter {
  private final Duration atMost;
  private final Channel device;
  private final Runnable unanswered;
  private @Nullable Future<?> timeout;

  /**
   * @param unanswered called if the owner closes the connection instead, while the device still
   *     waits
   */
  FirstByteTimeout(Duration atMost, Channel device, Runnable unanswered) {
    this.atMost = atMost;
    this.device = device;
    this.unanswered = unanswered;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout = ctx.executor().schedule(() -> ctx.close(), atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ctx.fireChannelRead(message);
    ctx.pipeline().remove(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (device.isActive()) {
      unanswered.run();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
