package dev.tidings.http.http2;

import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.limit.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How one connection comes to its end: asked to go elsewhere, idle, or no longer understood.
 * Confined to its event loop.
 */
final class Http2Shutdown {
  /** How many times the time for a request a client has for its first one. */
  private static final int FIRST_REQUEST = 6;

  private static final int MOST_OF_MESSAGE = 200;

  private static final ByteBuf SHUTDOWN = reason("Shutdown");
  private static final ByteBuf IDLE_TIMEOUT = reason("IdleTimeout");

  private final Http2Session session;
  private final OpenExchanges open;
  private final FrameGate gate;
  private final Limits limits;
  private final long sinceNanos;
  private ByteBuf reason = SHUTDOWN;
  private boolean leaving;
  private boolean quietOver;
  private boolean left;
  private boolean failed;
  private long failedNanos;

  Http2Shutdown(
      Http2Session session, OpenExchanges open, FrameGate gate, Limits limits, long sinceNanos) {
    this.session = session;
    this.open = open;
    this.gate = gate;
    this.limits = limits;
    this.sinceNanos = sinceNanos;
  }

  /** What Apple says in a GOAWAY. */
  private static ByteBuf reason(String reason) {
    return Unpooled.unreleasableBuffer(
        Unpooled.copiedBuffer("{\"reason\":\"" + reason + "\"}", StandardCharsets.US_ASCII));
  }

  /**
   * What is said of a breach of the protocol: an object as above, with the reason that a malformed
   * request in HTTP/1.1 gets, and what is wrong.
   */
  static ByteBuf breach(Http2Exception error) {
    String message = String.valueOf(error.getMessage());
    StringBuilder text = new StringBuilder("{\"reason\":\"");
    text.append(error.error() == Http2Error.ENHANCE_YOUR_CALM ? "TooManyRequests" : "BadRequest");
    text.append("\",\"message\":\"");
    for (int i = 0; i < Math.min(message.length(), MOST_OF_MESSAGE); i++) {
      char c = message.charAt(i);
      // It may repeat what the client has sent.
      text.append(c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : c);
    }
    return Unpooled.copiedBuffer(text.append("\"}"), StandardCharsets.US_ASCII);
  }

  /** Whether the client was told to go, or nothing more of it is understood. */
  boolean isLeaving() {
    return leaving;
  }

  /** Ends a connection that takes too long, or is of no use to its client. */
  void sweep(long now) {
    long requestTimeout = limits.requestTimeout().toNanos();
    if (failed) {
      if (now - failedNanos >= requestTimeout + limits.answerTimeout().toNanos()) {
        session.close();
      }
    } else if (gate.isWaiting(now, requestTimeout)) {
      fail(Http2Error.NO_ERROR, IDLE_TIMEOUT.duplicate(), now);
    } else if (!leaving && (isIdle(now) || isUnused(now))) {
      goAway(IDLE_TIMEOUT);
    }
  }

  private boolean isIdle(long now) {
    return open.isIdle(now, limits.idleTimeout().toNanos());
  }

  /** Whether a client has asked for nothing though it had the time; pings don't count. */
  private boolean isUnused(long now) {
    return !gate.hasBegun()
        && now - sinceNanos >= FIRST_REQUEST * limits.requestTimeout().toNanos();
  }

  /**
   * In two steps, for requests may be on their way that the client sent before it knew: RFC 9113,
   * section 6.8. The second waits until all that came is answered: Netty takes the body of a
   * request behind it for a breach of the protocol, and would end the others with it.
   */
  void goAway() {
    goAway(SHUTDOWN);
  }

  private void goAway(ByteBuf why) {
    ChannelHandlerContext in = session.context();
    if (leaving || in == null || !in.channel().isActive()) {
      return;
    }
    leaving = true;
    reason = why;
    writeGoAway(in, Integer.MAX_VALUE);
    open.drain();
    in.executor().schedule(this::quietIsOver, ClientSession.QUIET_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void quietIsOver() {
    quietOver = true;
    leaveIfIdle();
  }

  /** A stream has ended. */
  void ended() {
    ChannelHandlerContext in = session.context();
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
    ChannelHandlerContext in = session.context();
    if (left || in == null || !in.channel().isActive()) {
      return;
    }
    left = true;
    if (failed) {
      in.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> in.close());
    } else {
      writeGoAway(in, session.connection().remote().lastStreamCreated());
      in.channel().close();
    }
  }

  private void writeGoAway(ChannelHandlerContext in, int lastStream) {
    session.goAway(in, lastStream, Http2Error.NO_ERROR.code(), reason.duplicate(), in.newPromise());
    session.flush(in);
  }

  /**
   * Ends a connection of which nothing more is understood. What has arrived is answered first: it
   * is with the log, and a client that is not told would send it again.
   */
  void fail(Http2Error why, ByteBuf debugData, long now) {
    ChannelHandlerContext in = session.context();
    if (in == null || failed) {
      debugData.release();
      return;
    }
    if (why == Http2Error.ENHANCE_YOUR_CALM) {
      session.clientConnection().exceeded(Excess.FRAMES);
    }
    failed = true;
    failedNanos = now;
    leaving = true;
    quietOver = true;
    session.writeLastGoAway(in, why, debugData);
    open.drain();
    session.flush(in);
    in.executor().execute(this::leaveIfIdle);
  }
}
