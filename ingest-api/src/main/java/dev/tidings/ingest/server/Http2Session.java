package dev.tidings.ingest.server;

import dev.tidings.ingest.http.Answer;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerUpgradeHandler.UpgradeEvent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client that speaks HTTP/2 (RFC 9113). */
final class Http2Session extends Http2ConnectionHandler implements Session {
  private static final Logger log = LoggerFactory.getLogger(Http2Session.class);
  private static final Http2Headers CONTINUE =
      ReadOnlyHttp2Headers.serverHeaders(false, HttpResponseStatus.CONTINUE.codeAsText());

  /** What is read is used up at once, so this bounds no memory, only what is on its way. */
  private static final int CONNECTION_WINDOW_BYTES = 1024 * 1024;

  /** Answers are small and no more than streams: only one who does not read gets here. */
  private static final long MAX_UNSENT_BYTES = 1024 * 1024;

  private final ServerLoop loop;
  private final OpenExchanges open;
  private final Http2Frames frames;
  private @Nullable ChannelHandlerContext ctx;
  private boolean reading;
  private boolean leaving;
  private boolean quietOver;

  Http2Session(
      ServerLoop loop,
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings) {
    super(decoder, encoder, settings);
    this.loop = loop;
    this.open = new OpenExchanges(loop.now());
    this.frames = new Http2Frames(loop, this, open, encoder.connection());
    decoder.frameListener(frames);
    encoder.connection().addListener(frames);
  }

  static Http2Session of(ServerLoop loop) {
    return new Http2SessionBuilder(loop).build();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    ctx = added;
    Http2Stream all = connection().connectionStream();
    decoder()
        .flowController()
        .incrementWindowSize(all, CONNECTION_WINDOW_BYTES - Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    added.flush();
    loop.add(this);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext removed) throws Exception {
    super.handlerRemoved0(removed);
    loop.remove(this);
    open.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext in) throws Exception {
    loop.remove(this);
    // Closes the streams, too, and their exchanges with them.
    super.channelInactive(in);
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) throws Exception {
    reading = true;
    super.channelRead(in, message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext in) throws Exception {
    try {
      super.channelReadComplete(in);
    } finally {
      reading = false;
    }
    closeIfUnread(in);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext in, Object event) throws Exception {
    if (!(event instanceof UpgradeEvent upgrade)) {
      super.userEventTriggered(in, event);
      return;
    }
    Http1Session.uninstall(in.pipeline());
    try {
      frames.upgraded(upgrade.upgradeRequest());
    } finally {
      upgrade.release();
    }
  }

  void write(Http2Exchange exchange, Answer answer) {
    ChannelHandlerContext in = ctx;
    Http2Stream stream = exchange.stream();
    if (in == null || stream.isResetSent() || stream.isHeadersSent()) {
      return;
    }
    Http2Headers headers =
        ReadOnlyHttp2Headers.serverHeaders(false, answer.status().codeAsText(), answer.fields());
    boolean bodiless = exchange.isBodiless() || answer.body().length == 0;
    ChannelFuture written =
        encoder().writeHeaders(in, stream.id(), headers, 0, bodiless, in.newPromise());
    if (!bodiless) {
      written =
          encoder()
              .writeData(
                  in, stream.id(), Unpooled.wrappedBuffer(answer.body()), 0, true, in.newPromise());
    }
    if (!exchange.isEnded()) {
      written.addListener(done -> reset(exchange, Http2Error.NO_ERROR));
    }
  }

  void writeContinue(Http2Stream stream) {
    ChannelHandlerContext in = ctx;
    if (in != null) {
      encoder().writeHeaders(in, stream.id(), CONTINUE, 0, false, in.newPromise());
    }
  }

  /** Ends a stream that was answered, so that the client stops sending: RFC 9113, section 8.1. */
  private void reset(Http2Exchange exchange, Http2Error why) {
    ChannelHandlerContext in = ctx;
    if (in != null && !exchange.isEnded() && !exchange.isClosed()) {
      encoder().writeRstStream(in, exchange.stream().id(), why.code(), in.newPromise());
      in.flush();
    }
  }

  /** Gives up an answer that the client has not taken, or its connection if it takes nothing. */
  void abandon(Http2Exchange exchange) {
    ChannelHandlerContext in = ctx;
    if (in == null || exchange.isClosed()) {
      return;
    }
    ChannelOutboundBuffer unsent = in.channel().unsafe().outboundBuffer();
    if (unsent != null && unsent.totalPendingWriteBytes() > 0) {
      close();
    } else {
      encoder()
          .writeRstStream(in, exchange.stream().id(), Http2Error.CANCEL.code(), in.newPromise());
      in.flush();
    }
  }

  @Override
  public boolean flushesByItself() {
    return reading;
  }

  @Override
  public void flush() {
    ChannelHandlerContext in = ctx;
    if (in != null) {
      flush(in);
      closeIfUnread(in);
    }
  }

  private void closeIfUnread(ChannelHandlerContext in) {
    if (in.channel().bytesBeforeWritable() > MAX_UNSENT_BYTES) {
      log.debug("{} reads no answers", in.channel());
      in.close();
    }
  }

  @Override
  public void sweep(long now) {
    open.expire(now, loop.requestTimeoutNanos());
    if (!leaving && open.isIdle(now, loop.idleTimeoutNanos())) {
      leaving = true;
      leave();
    }
  }

  /**
   * In two steps, for requests may be on their way that the client sent before it knew: RFC 9113,
   * section 6.8. The second waits until all that came is answered: Netty takes the body of a
   * request behind it for a breach of the protocol, and would end the others with it.
   */
  @Override
  public void goodbye() {
    ChannelHandlerContext in = ctx;
    if (leaving || in == null || !in.channel().isActive()) {
      return;
    }
    leaving = true;
    goAway(in, Integer.MAX_VALUE);
    in.executor().schedule(this::quietIsOver, QUIET_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void quietIsOver() {
    quietOver = true;
    leaveIfIdle();
  }

  /** A stream has ended. */
  void ended() {
    ChannelHandlerContext in = ctx;
    if (quietOver && in != null) {
      in.executor().execute(this::leaveIfIdle);
    }
  }

  private void leaveIfIdle() {
    if (open.isEmpty()) {
      leave();
    }
  }

  private void leave() {
    ChannelHandlerContext in = ctx;
    if (in == null || !in.channel().isActive()) {
      return;
    }
    goAway(in, connection().remote().lastStreamCreated());
    in.channel().close();
  }

  private void goAway(ChannelHandlerContext in, int lastStream) {
    goAway(in, lastStream, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, in.newPromise());
    flush(in);
  }

  @Override
  public void close() {
    ChannelHandlerContext in = ctx;
    if (in != null) {
      in.close();
    }
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext in, boolean outbound, Throwable cause, Http2Exception http2) {
    log.debug("{} breaks the protocol", in.channel(), cause);
    super.onConnectionError(in, outbound, cause, http2);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext in, Throwable cause) throws Exception {
    if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
      super.exceptionCaught(in, cause);
    } else {
      log.debug("{} ends in the midst of it", in.channel(), cause);
      in.close();
    }
  }
}
