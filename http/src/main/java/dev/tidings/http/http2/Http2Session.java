package dev.tidings.http.http2;

import dev.tidings.http.Response;
import dev.tidings.http.exchange.ChannelConnection;
import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.exchange.Unread;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerUpgradeHandler.UpgradeEvent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client that speaks HTTP/2 (RFC 9113). */
public final class Http2Session extends Http2ConnectionHandler implements ClientSession {
  private static final Logger log = LoggerFactory.getLogger(Http2Session.class);
  private static final Http2Headers CONTINUE =
      ReadOnlyHttp2Headers.serverHeaders(false, HttpResponseStatus.CONTINUE.codeAsText());
  private static final Http2Headers TOO_LONG =
      ReadOnlyHttp2Headers.serverHeaders(
          false, HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.codeAsText());

  /** What is read is used up at once, so this bounds no memory, only what is on its way. */
  private static final int CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

  /** How many times the time for a request a client has for its first one. */
  private static final int FIRST_REQUEST = 6;

  private static final ByteBuf SHUTDOWN = reason("Shutdown");
  private static final ByteBuf IDLE_TIMEOUT = reason("IdleTimeout");

  /** Answers are small and no more than streams: only one who does not read gets here. */
  private static final long MAX_UNSENT_BYTES = 1024 * 1024;

  private final ServerLoop loop;
  private final OpenExchanges open;
  private final Http2Frames frames;
  private final FrameGate gate;
  private final long sinceNanos;
  private @Nullable ChannelHandlerContext ctx;
  private boolean reading;
  private boolean leaving;
  private boolean quietOver;
  private boolean left;
  private boolean failed;
  private long failedNanos;
  private long now;
  private Unread.@Nullable Share unread;
  private @Nullable ChannelConnection connection;
  // Answered while the connection is read: the rest of the request may be in what is being read.
  private @Nullable Http2Exchange early;

  Http2Session(
      ServerLoop loop, FrameGate decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    super(decoder, encoder, settings);
    this.loop = loop;
    this.gate = decoder;
    this.sinceNanos = loop.now();
    this.now = sinceNanos;
    this.open = new OpenExchanges(sinceNanos);
    this.frames = new Http2Frames(loop, this, open, encoder.connection());
    decoder.frameListener(frames);
    encoder.connection().addListener(frames);
  }

  /** The handler of one connection. */
  public static Http2Session of(ServerLoop loop) {
    return new Http2SessionBuilder(loop).build();
  }

  /** What Apple says in a GOAWAY. */
  private static ByteBuf reason(String reason) {
    return Unpooled.unreleasableBuffer(
        Unpooled.copiedBuffer("{\"reason\":\"" + reason + "\"}", StandardCharsets.US_ASCII));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    super.handlerAdded(added);
    ctx = added;
    unread = loop.unread().of(added.channel());
    connection = ChannelConnection.of(added.channel());
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
    over();
    open.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext in) throws Exception {
    over();
    // Closes the streams, too, and their exchanges with them.
    super.channelInactive(in);
  }

  private void over() {
    loop.remove(this);
    Unread.Share left = unread;
    if (left != null) {
      left.over();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) throws Exception {
    reading = true;
    now = loop.now();
    super.channelRead(in, message);
  }

  /** The time of what is being read. */
  long now() {
    return now;
  }

  /** Whether the head that is being read is one of a request that is over. */
  boolean isLate() {
    return gate.isLate();
  }

  /** Its connection, once it has one. */
  ChannelConnection clientConnection() {
    return Objects.requireNonNull(connection);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext in) throws Exception {
    reading = false;
    writeEarly();
    super.channelReadComplete(in);
    closeIfUnread(in);
  }

  private void writeEarly() {
    Http2Exchange next = early;
    early = null;
    while (next != null) {
      Http2Exchange exchange = next;
      next = exchange.nextEarly;
      exchange.nextEarly = null;
      exchange.write();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext in, Object event) throws Exception {
    if (!(event instanceof UpgradeEvent upgrade)) {
      super.userEventTriggered(in, event);
      return;
    }
    now = loop.now();
    try {
      frames.upgraded(upgrade.upgradeRequest());
    } finally {
      upgrade.release();
    }
  }

  void write(Http2Exchange exchange, Response response) {
    ChannelHandlerContext in = ctx;
    Http2Stream stream = exchange.stream();
    if (in == null || stream.isResetSent() || stream.isHeadersSent()) {
      return;
    }
    if (reading && !exchange.isEnded()) {
      exchange.nextEarly = early;
      early = exchange;
      return;
    }
    Http2Headers headers =
        ReadOnlyHttp2Headers.serverHeaders(
            false, response.status().codeAsText(), response.fields());
    boolean bodiless = exchange.isBodiless() || response.body().length == 0;
    ChannelFuture written =
        encoder().writeHeaders(in, stream.id(), headers, 0, bodiless, in.newPromise());
    if (!bodiless) {
      written =
          encoder()
              .writeData(
                  in,
                  stream.id(),
                  Unpooled.wrappedBuffer(response.body()),
                  0,
                  true,
                  in.newPromise());
    }
    if (!exchange.isEnded()) {
      frames.over(exchange);
      written.addListener(done -> reset(exchange, Http2Error.NO_ERROR));
    }
  }

  /** Turns a request away that was not looked at: RFC 9113, section 8.7. */
  void refuse(Http2Stream stream) {
    ChannelHandlerContext in = ctx;
    if (in != null) {
      encoder().writeRstStream(in, stream.id(), Http2Error.REFUSED_STREAM.code(), in.newPromise());
    }
  }

  @Override
  public ChannelFuture resetStream(
      ChannelHandlerContext in, int streamId, long errorCode, ChannelPromise promise) {
    gate.reset(streamId);
    return super.resetStream(in, streamId, errorCode, promise);
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

  /** Lets those go on that wait for a request. */
  void passed(Http2Exchange exchange) {
    frames.over(exchange);
  }

  /** Gives up a response that the client has not read, or its connection if it reads nothing. */
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
    Unread.Share left = unread;
    if (in.channel().bytesBeforeWritable() > MAX_UNSENT_BYTES
        || (left != null && left.isTooMuch())) {
      log.debug("{} reads no responses", in.channel());
      in.close();
    }
  }

  @Override
  public void sweep(long time) {
    now = time;
    long requestTimeout = loop.limits().requestTimeout().toNanos();
    Unread.Share left = unread;
    if (left != null && left.isStalled(time, requestTimeout)) {
      close();
      return;
    }
    if (!decoder().prefaceReceived() && time - sinceNanos >= requestTimeout) {
      close();
      return;
    }
    open.expire(time, loop.limits());
    if (failed) {
      if (time - failedNanos >= requestTimeout + loop.limits().answerTimeout().toNanos()) {
        close();
      }
      return;
    }
    if (gate.isWaiting(time, requestTimeout)) {
      end(Http2Error.NO_ERROR, IDLE_TIMEOUT.duplicate());
    } else if (!leaving && (isIdle(time) || isUnused(time))) {
      leaving = true;
      leave(IDLE_TIMEOUT);
    }
  }

  private boolean isIdle(long time) {
    return open.isIdle(time, loop.limits().idleTimeout().toNanos());
  }

  /** Whether a client has asked for nothing though it had the time; pings don't count. */
  private boolean isUnused(long time) {
    return !gate.hasBegun()
        && time - sinceNanos >= FIRST_REQUEST * loop.limits().requestTimeout().toNanos();
  }

  /**
   * In two steps, for requests may be on their way that the client sent before it knew: RFC 9113,
   * section 6.8. The second waits until all that came is answered: Netty takes the body of a
   * request behind it for a breach of the protocol, and would end the others with it.
   */
  @Override
  public void goAway() {
    ChannelHandlerContext in = ctx;
    if (leaving || in == null || !in.channel().isActive()) {
      return;
    }
    leaving = true;
    goAway(in, Integer.MAX_VALUE, SHUTDOWN);
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
      leave(SHUTDOWN);
    }
  }

  private void leave(ByteBuf reason) {
    ChannelHandlerContext in = ctx;
    if (left || in == null || !in.channel().isActive()) {
      return;
    }
    left = true;
    if (failed) {
      in.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> in.close());
    } else {
      goAway(in, connection().remote().lastStreamCreated(), reason);
      in.channel().close();
    }
  }

  private void goAway(ChannelHandlerContext in, int lastStream, ByteBuf reason) {
    goAway(in, lastStream, Http2Error.NO_ERROR.code(), reason.duplicate(), in.newPromise());
    flush(in);
  }

  /**
   * Ends a connection of which nothing more is understood. What has arrived is answered first: it
   * is with the log, and a client that is not told would send it again.
   */
  private void end(Http2Error why, ByteBuf debugData) {
    ChannelHandlerContext in = ctx;
    if (in == null || failed) {
      debugData.release();
      return;
    }
    failed = true;
    failedNanos = now;
    leaving = true;
    quietOver = true;
    gate.stop();
    frameWriter()
        .writeGoAway(
            in, connection().remote().lastStreamCreated(), why.code(), debugData, in.newPromise());
    writeEarly();
    open.forEachUnended(exchange -> frames.close((Http2Exchange) exchange));
    flush(in);
    in.executor().execute(this::leaveIfIdle);
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
    if (outbound || http2 == null || !in.channel().isActive()) {
      super.onConnectionError(in, outbound, cause, http2);
      return;
    }
    String message = String.valueOf(http2.getMessage());
    end(http2.error(), Unpooled.copiedBuffer(message, StandardCharsets.UTF_8));
  }

  @Override
  protected void onStreamError(
      ChannelHandlerContext in, boolean outbound, Throwable cause, StreamException error) {
    int id = error.streamId();
    if (!outbound && gate.isOver(id) && error.error() == Http2Error.STREAM_CLOSED) {
      // Sent before the client knew that the stream was reset.
      return;
    }
    if (error instanceof HeaderListSizeException tooLong && tooLong.duringDecode()) {
      respondTooLong(in, id);
      return;
    }
    Http2Error why = gate.isLate() && !outbound ? Http2Error.STREAM_CLOSED : error.error();
    encoder().writeRstStream(in, id, why.code(), in.newPromise());
  }

  private void respondTooLong(ChannelHandlerContext in, int id) {
    try {
      Http2Stream stream = connection().stream(id);
      if (stream == null) {
        stream = connection().remote().createStream(id, false);
      }
      if (!stream.isHeadersSent()) {
        encoder().writeHeaders(in, id, TOO_LONG, 0, true, in.newPromise());
      }
      // After what was written, the client may stop sending.
      encoder().writeRstStream(in, id, Http2Error.NO_ERROR.code(), in.newPromise());
    } catch (Http2Exception e) {
      encoder().writeRstStream(in, id, Http2Error.REFUSED_STREAM.code(), in.newPromise());
    }
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
