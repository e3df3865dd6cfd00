package dev.tidings.http.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * HTTP/1.1 to bytes and back: Netty's codec, which also knows since when a request has been
 * arriving, and accepts the version only as RFC 9112, section 2.3 writes it.
 */
final class Http1Codec extends CombinedChannelDuplexHandler<Http1Codec.Decoder, HttpResponseEncoder>
    implements HttpServerUpgradeHandler.SourceCodec {
  private static final int MAX_LINE_BYTES = 4 * 1024;
  private static final int MAX_HEADER_BYTES = 8 * 1024;

  private final Decoder decoder;

  Http1Codec(LongSupplier nanoTime) {
    this.decoder = new Decoder(nanoTime);
    init(decoder, new Encoder(decoder));
  }

  /** Takes all of HTTP/1.1 out of the pipeline. */
  @Override
  public void upgradeFrom(ChannelHandlerContext ctx) {
    ClientEnd.mayBeSeen(ctx.channel(), false);
    ctx.pipeline().remove(FlowControlHandler.class);
    ctx.pipeline().remove(Http1Session.class);
    ctx.pipeline().remove(this);
  }

  /** Whether a request has been arriving for so long. */
  boolean isWaiting(long now, long timeoutNanos) {
    return decoder.within && now - decoder.sinceNanos >= timeoutNanos;
  }

  /** When the request began to arrive that has come last. */
  long sinceNanos() {
    return decoder.sinceNanos;
  }

  /** The client was not read for a while, so its time begins now. */
  void resume(long now) {
    decoder.sinceNanos = now;
  }

  /** Goes on with what has come while it was not read. */
  void goOn(Channel channel) {
    ChannelHandlerContext own = channel.pipeline().context(this);
    if (own != null && decoder.hasMore()) {
      // Not from within a write.
      own.executor().execute(() -> goOn(own));
    }
  }

  private void goOn(ChannelHandlerContext own) {
    if (own.isRemoved()) {
      return;
    }
    try {
      channelRead(own, Unpooled.EMPTY_BUFFER);
      channelReadComplete(own);
    } catch (Exception e) {
      own.fireExceptionCaught(e);
    }
  }

  /** Whether something has come that was not made requests of. */
  boolean hasMore() {
    return decoder.hasMore();
  }

  static final class Decoder extends HttpRequestDecoder {
    private static final int VERSION_LENGTH = "HTTP/1.1".length();

    private final LongSupplier nanoTime;
    private boolean within;
    private long sinceNanos;
    private boolean over;

    Decoder(LongSupplier nanoTime) {
      super(
          new HttpDecoderConfig()
              .setMaxInitialLineLength(MAX_LINE_BYTES)
              .setMaxHeaderSize(MAX_HEADER_BYTES));
      this.nanoTime = nanoTime;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf buffer, List<Object> out)
        throws Exception {
      if (!ctx.channel().config().isAutoRead()) {
        // Requests that wait take twenty times the memory of the bytes that they are made of.
        return;
      }
      if (!within && buffer.isReadable()) {
        within = true;
        sinceNanos = nanoTime.getAsLong();
      }
      super.decode(ctx, buffer, out);
      if (!out.isEmpty() && out.get(out.size() - 1) instanceof LastHttpContent) {
        within = false;
      }
    }

    /** Netty's would throw away what has come, though requests in it may wait for their turn. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      over |= event instanceof ChannelInputShutdownEvent;
      ctx.fireUserEventTriggered(event);
    }

    private boolean hasMore() {
      return actualReadableBytes() > 0;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
      String version = initialLine[2];
      if (version.length() != VERSION_LENGTH
          || !version.startsWith("HTTP/")
          || version.charAt(VERSION_LENGTH - 2) != '.'
          || !isDigit(version.charAt(VERSION_LENGTH - 1))
          || !isDigit(version.charAt(VERSION_LENGTH - 3))) {
        throw new HttpFault(HttpResponseStatus.BAD_REQUEST, "version (expected: HTTP/1.1)");
      }
      if (version.charAt(VERSION_LENGTH - 3) != '1') {
        throw new HttpFault(
            HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "version (expected: HTTP/1.1)");
      }
      // Of a later minor version than ours ours is spoken (RFC 9110, section 2.5).
      initialLine[2] = version.endsWith("0") ? version : "HTTP/1.1";
      return super.createMessage(initialLine);
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }
  }

  private static final class Encoder extends HttpResponseEncoder {
    private final Decoder decoder;

    private Encoder(Decoder decoder) {
      this.decoder = decoder;
    }

    /** Netty's epoll closes a socket that is read behind the end of what the client sends. */
    @Override
    public void read(ChannelHandlerContext ctx) throws Exception {
      if (!decoder.over) {
        super.read(ctx);
      }
    }
  }
}
