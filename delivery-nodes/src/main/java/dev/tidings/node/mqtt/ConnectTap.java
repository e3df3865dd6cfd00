package dev.tidings.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what was received until it is decided what becomes of the CONNECT, for it may be another
 * node's to read. It stands in front of the decoder and keeps little more than a packet may be
 * large; once all is decided it leaves the pipeline, so that an open connection does not pay for
 * it. Copies: a slice would hold the whole buffer that was read into, however little came.
 */
final class ConnectTap extends ChannelInboundHandlerAdapter {
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

  /** Gives away what was kept. */
  ByteBuf take() {
    ByteBuf kept = received;
    received = null;
    return kept == null ? Unpooled.EMPTY_BUFFER : kept;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    take().release();
  }
}
