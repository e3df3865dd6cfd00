package dev.tidings.http.http2;

import dev.tidings.http.exchange.ChannelConnection;
import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.limit.Unread;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpServerUpgradeHandler.UpgradeEvent;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.HeaderListSizeException;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client that speaks HTTP/2 (RFC 9113). */
public final class Http2Session extends Http2ConnectionHandler implements ClientSession {
  private static final Logger log = LoggerFactory.getLogger(Http2Session.class);

  /** What is read is used up at once, so this bounds no memory, only what is on its way. */
  private static final int CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024;

  /** Answers are small and no more than streams: only one who does not read gets here. */
  private static final long MAX_UNSENT_BYTES = 1024 * 1024;

  private final ServerLoop loop;
  private final OpenExchanges open;
  private final Http2Frames frames;
  private final FrameGate gate;
  private final Http2Responses responses;
  private final Http2Shutdown shutdown;
  private final long sinceNanos;
  private @Nullable ChannelHandlerContext ctx;
  private boolean reading;
  private long now;
  private Unread.@Nullable Share unread;
  private @Nullable ChannelConnection connection;

  Http2Session(
      ServerLoop loop, FrameGate decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    super(decoder, encoder, settings);
    this.loop = loop;
    this.gate = decoder;
    this.sinceNanos = loop.now();
    this.now = sinceNanos;
    this.open = new OpenExchanges(sinceNanos);
    this.frames = new Http2Frames(loop, this, open, encoder.connection());
    this.responses = new Http2Responses(this, encoder, open, frames);
    this.shutdown = new Http2Shutdown(this, open, gate, loop.limits(), sinceNanos);
    decoder.frameListener(frames);
    encoder.connection().addListener(frames);
  }

  /** The handler of one connection. */
  public static Http2Session of(ServerLoop loop) {
    return new Http2SessionBuilder(loop).build();
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

  /** The time of what is being written. */
  long loopNow() {
    return loop.now();
  }

  /** The field {@code Date} of what is being written. */
  AsciiString date() {
    return loop.date();
  }

  /** Whether the head that is being read is one of a request that is over. */
  boolean isLate() {
    return gate.isLate();
  }

  /** Whether what is written will be flushed when all that came is read. */
  boolean isReading() {
    return reading;
  }

  /** Its place in the pipeline; null before it has one. */
  @Nullable ChannelHandlerContext context() {
    return ctx;
  }

  /** How it comes to its end. */
  Http2Shutdown shutdown() {
    return shutdown;
  }

  /** Makes its requests. */
  Http2Frames frames() {
    return frames;
  }

  /** Writes its responses. */
  Http2Responses responses() {
    return responses;
  }

  /** Its connection, once it has one. */
  ChannelConnection clientConnection() {
    return Objects.requireNonNull(connection);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext in) throws Exception {
    reading = false;
    responses.writeEarly();
    super.channelReadComplete(in);
    closeIfUnread(in);
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

  @Override
  public ChannelFuture resetStream(
      ChannelHandlerContext in, int streamId, long errorCode, ChannelPromise promise) {
    gate.reset(streamId);
    return super.resetStream(in, streamId, errorCode, promise);
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

  /** Counts bytes of a response that was given to the client as a whole, as {@link #unsent}. */
  void unsentWhole(int bytes) {
    Unread.Share left = unread;
    if (left != null) {
      left.unsentWhole(bytes);
    }
  }

  @Override
  public void unsent(int bytes) {
    Unread.Share left = unread;
    if (left != null) {
      left.unsent(bytes);
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
    responses.earlyAnswers().sweep(time);
    open.expire(time, loop.limits());
    shutdown.sweep(time);
  }

  @Override
  public void goAway() {
    shutdown.goAway();
  }

  /** Ends reading; what had not come whole is not answered any more. */
  void writeLastGoAway(ChannelHandlerContext in, Http2Error why, ByteBuf debugData) {
    gate.stop();
    frameWriter()
        .writeGoAway(
            in, connection().remote().lastStreamCreated(), why.code(), debugData, in.newPromise());
    responses.writeEarly();
    open.forEachUnended(exchange -> frames.close((Http2Exchange) exchange));
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
    shutdown.fail(http2.error(), Http2Shutdown.breach(http2), now);
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
      responses.writeTooLong(in, id);
      return;
    }
    if (!outbound && error.error() == Http2Error.REFUSED_STREAM) {
      clientConnection().exceeded(Excess.STREAMS);
    }
    Http2Error why = gate.isLate() && !outbound ? Http2Error.STREAM_CLOSED : error.error();
    responses.reset(in, id, why);
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
