package dev.tidings.net.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolException;

/**
 * Reads a header of the PROXY protocol, and leaves the pipeline; input that cannot become one is
 * rejected without waiting for more.
 */
public final class HeaderDecoder extends HAProxyMessageDecoder {
  private static final byte[] VERSION_2 = {
    '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
  };
  private static final byte[] VERSION_1 = "PROXY ".getBytes(US_ASCII);

  private final boolean alsoVersion1;
  private int matched;
  private boolean isVersion1;

  private HeaderDecoder(boolean alsoVersion1) {
    super(true);
    this.alsoVersion1 = alsoVersion1;
  }

  /** Reads a header of version 2 only. */
  public static HeaderDecoder version2() {
    return new HeaderDecoder(false);
  }

  /** Reads a header of either version. */
  static HeaderDecoder anyVersion() {
    return new HeaderDecoder(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
    if (message instanceof ByteBuf bytes && !goesOn(bytes)) {
      bytes.release();
      throw new HAProxyProtocolException(
          "header: another one (expected: PROXY protocol, v2" + (alsoVersion1 ? " or v1)" : ")"));
    }
    super.channelRead(ctx, message);
  }

  private boolean goesOn(ByteBuf bytes) {
    if (matched == 0 && bytes.isReadable()) {
      isVersion1 = alsoVersion1 && bytes.getByte(bytes.readerIndex()) == VERSION_1[0];
    }
    byte[] begin = isVersion1 ? VERSION_1 : VERSION_2;
    for (int i = bytes.readerIndex(); i < bytes.writerIndex() && matched < begin.length; i++) {
      if (bytes.getByte(i) != begin[matched++]) {
        return false;
      }
    }
    return true;
  }
}
