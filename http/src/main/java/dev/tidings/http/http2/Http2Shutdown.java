package dev.tidings.http.http2;

import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchanges;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How one connection comes to its end: asked to go elsewhere, idle, or no longer understood.
 * Confined to its event loop.
 */
final class Http2Shutdown {
  private static final ByteBuf SHUTDOWN = reason("Shutdown");
  private static final ByteBuf IDLE_TIMEOUT = reason("IdleTimeout");

  private final Http2Session session;
  private final OpenExchanges open;
  private boolean leaving;
  private boolean quietOver;
  private boolean left;
  private boolean failed;
  private long failedNanos;

  Http2Shutdown(Http2Session session, OpenExchanges open) {
    this.session = session;
    this.open = open;
  }

  /** What Apple says in a GOAWAY. */
  private static ByteBuf reason(String reason) {
    return Unpooled.unreleasableBuffer(
        Unpooled.copiedBuffer("{\"reason\":\"" + reason + "\"}", StandardCharsets.US_ASCII));
  }

  /** Whether the client was told to go, or nothing more of it is understood. */
  boolean isLeaving() {
    return leaving;
  }

  /** Whether nothing more is understood, and only what had come is answered. */
  boolean isFailed() {
    return failed;
  }

  /** Whether it has been so for so long. */
  boolean isFailed(long now, long timeoutNanos) {
    return failed && now - failedNanos >= timeoutNanos;
  }

  /**
   * In two steps, for requests may be on their way that the client sent before it knew: RFC 9113,
   * section 6.8. The second waits until all that came is answered: Netty takes the body of a
   * request behind it for a breach of the protocol, and would end the others with it.
   */
  void goAway() {
    ChannelHandlerContext in = session.context();
    if (leaving || in == null || !in.channel().isActive()) {
      return;
    }
    leaving = true;
    goAway(in, Integer.MAX_VALUE, SHUTDOWN);
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
      leave(SHUTDOWN);
    }
  }

  /** Ends a connection that is of no use to its client. */
  void leaveUnused() {
    if (!leaving) {
      leaving = true;
      leave(IDLE_TIMEOUT);
    }
  }

  private void leave(ByteBuf reason) {
    ChannelHandlerContext in = session.context();
    if (left || in == null || !in.channel().isActive()) {
      return;
    }
    left = true;
    if (failed) {
      in.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> in.close());
    } else {
      goAway(in, session.connection().remote().lastStreamCreated(), reason);
      in.channel().close();
    }
  }

  private void goAway(ChannelHandlerContext in, int lastStream, ByteBuf reason) {
    session.goAway(
        in, lastStream, Http2Error.NO_ERROR.code(), reason.duplicate(), in.newPromise());
    session.flush(in);
  }

  /** Ends a connection whose client has taken too long within a frame. */
  void timedOut(long now) {
    fail(Http2Error.NO_ERROR, IDLE_TIMEOUT.duplicate(), now);
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
