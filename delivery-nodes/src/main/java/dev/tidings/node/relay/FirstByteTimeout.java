package dev.tidings.node.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connection to an owner that does not respond: a hanging process still accepts
 * connections. Leaves the pipeline with the first byte.
 */
final class FirstByteTimeout extends ChannelInboundHandlerAdapter {
  private final Duration atMost;
  private final Channel device;
  private final Consumer<String> unanswered;
  private String why = "it has not answered";
  private @Nullable Future<?> timeout;

  /**
   * @param unanswered called with the reason if the owner closes the connection instead, while the
   *     device still waits
   */
  FirstByteTimeout(Duration atMost, Channel device, Consumer<String> unanswered) {
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
      unanswered.accept(why);
    }
    ctx.fireChannelInactive();
  }

  /** In TLS 1.3 the owner refuses a certificate after the handshake, as seen from here. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    why = String.valueOf(cause.getMessage());
    ctx.fireExceptionCaught(cause);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
