package dev.tidings.node.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;

/**
 * Reads a header of version 2 only; input that cannot become one is rejected without waiting for
 * more.
 */
final class HeaderDecoder extends HAProxyMessageDecoder {
  private static final byte[] SIGNATURE = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };

  private int matched;

  HeaderDecoder() {
    super(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (message instanceof ByteBuf bytes && !goesOn(bytes)) {
      bytes.release();
      throw new HAProxyProtocolException("header: another one (expected: PROXY protocol, v2)");
    }
    super.channelRead(ctx, message);
  }

  private boolean goesOn(ByteBuf bytes) {
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && matched < SIGNATURE.length; i++) {
      if (bytes.getByte(i) != SIGNATURE[matched++]) {
        return false;
      }
    }
    return true;
  }
}
