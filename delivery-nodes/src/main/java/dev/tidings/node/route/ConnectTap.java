package dev.tidings.node.route;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the received bytes until the CONNECT is decided, because another node may have to read it.
 * Placed before the decoder; keeps little more than the maximum packet size. Leaves the pipeline
 * once the decision is made, so that an open connection does not pay for it. Copies the bytes: a
 * slice would hold the whole receive buffer, however few bytes it contains.
 */
public final class ConnectTap extends ChannelInboundHandlerAdapter {
  private @Nullable ByteBuf received;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) {
      ByteBuf kept = received;
      if (kept == null) {
        kept = ctx.alloc().buffer(bytes.readableBytes());
        received = kept;
      }
      kept.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }
    ctx.fireChannelRead(message);
  }

  /** Returns the kept bytes; the caller owns them. */
  public ByteBuf take() {
    ByteBuf kept = received;
    received = null;
    return kept == null ? Unpooled.EMPTY_BUFFER : kept;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    take().release();
  }
}
