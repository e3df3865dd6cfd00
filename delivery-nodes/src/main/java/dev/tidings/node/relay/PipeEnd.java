package dev.tidings.node.relay;

import dev.tidings.node.flow.Flow;
import dev.tidings.node.route.CloseMode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end of a relay: input here is output at the other end. Each end is read while the other is
 * writable, and while it is writable itself ({@link Flow}), so buffered data is bounded by the
 * water marks. When one end closes, the other gets the remaining data and is closed too.
 */
final class PipeEnd extends ChannelInboundHandlerAdapter {
  private final Channel other;
  private final CloseMode closeMode;
  private final Duration lingerTimeout;
  private @Nullable ChannelFuture lastWrite;
  private boolean ended;

  /**
   * @param other the other end, on the same event loop
   * @param closeMode how the other end is closed
   */
  PipeEnd(Channel other, CloseMode closeMode, Duration lingerTimeout) {
    this.other = other;
    this.closeMode = closeMode;
    this.lingerTimeout = lingerTimeout;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (other.isActive()) {
      Flow.of(ctx.channel()).otherFull(ctx.channel(), !other.isWritable());
    } else {
      ctx.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      lastWrite = other.write(bytes);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    other.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Flow.of(other).otherFull(other, !ctx.channel().isWritable());
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      endOther();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    endOther();
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private void endOther() {
    if (ended) {
      return;
    }
    ended = true;
    other.flush();
    ChannelFuture last = lastWrite;
    if (last == null || last.isDone()) {
      hangUp();
    } else {
      last.addListener(written -> hangUp());
    }
    other.eventLoop().schedule(this::cutOff, lingerTimeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void hangUp() {
    if (closeMode == CloseMode.OUTPUT_FIRST && other instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    } else {
      other.close();
    }
  }

  /** Closes past the handlers: their closing handshakes have had their time. */
  private void cutOff() {
    ChannelHandlerContext first = other.pipeline().firstContext();
    if (first != null) {
      first.close();
    }
  }
}
