package dev.tidings.http.http1;

import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.limit.Unread;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the responses of one connection, one after the other. Confined to its event loop. */
final class Http1Responses {
  private static final Logger log = LoggerFactory.getLogger(Http1Responses.class);

  private final Http1Session session;
  private final ChannelHandlerContext in;
  private final OpenExchanges open;
  private final Unread.Share unread;
  private boolean last;
  // Parts of a streaming response were written, and not flushed.
  private boolean unflushed;

  Http1Responses(
      Http1Session session, ChannelHandlerContext in, OpenExchanges open, Unread.Share unread) {
    this.session = session;
    this.in = in;
    this.open = open;
    this.unread = unread;
  }

  /** Whether the connection ends with the response that is being written, or was. */
  boolean isLast() {
    return last;
  }

  /**
   * Writes a response, and flushes it.
   *
   * @param ends whether the connection ends with it
   */
  void write(Http1Exchange exchange, Response response, boolean ends) {
    last = ends;
    if (response instanceof StreamingResponse streaming && !exchange.isBodiless()) {
      stream(exchange, streaming);
      return;
    }
    exchange.written = true;
    FullHttpResponse message =
        Http1Messages.whole(response, session.date(), last, exchange.isBodiless());
    if (!last && exchange.isHttp10()) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    finish(exchange, in.writeAndFlush(message));
    closeIfUnread();
  }

  private void finish(Http1Exchange exchange, ChannelFuture written) {
    // If not, when the client has ended, or its time: before, it might miss the response.
    if (exchange.hasArrived()) {
      session.finish(in, exchange, written);
    }
  }

  private void stream(Http1Exchange exchange, StreamingResponse response) {
    exchange.begun = true;
    // HTTP/1.0 has no chunks: there the end of the connection is that of the body.
    last |= exchange.isHttp10();
    unflushed = true;
    ChannelFuture head =
        in.write(Http1Messages.head(response, session.date(), last, !exchange.isHttp10()));
    exchange.stream(open, response, head);
    if (session.isLeaving()) {
      exchange.drain();
    }
    flush();
  }

  /** Writes a part of the body of a streaming response, without flushing it. */
  ChannelFuture writePart(Http1Exchange exchange, ByteBuf part, boolean end) {
    unflushed = true;
    if (!end) {
      return in.write(new DefaultHttpContent(part));
    }
    exchange.written = true;
    // What is still to come of a streamed request is of no use any more.
    last |= !exchange.hasArrived();
    ChannelFuture written = in.write(LastHttpContent.EMPTY_LAST_CONTENT);
    finish(exchange, written);
    return written;
  }

  /** Flushes what was written of streaming responses. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      in.flush();
      closeIfUnread();
    }
  }

  /** Tells the client to go on with the body that it asked about. */
  void writeContinue() {
    in.writeAndFlush(Http1Messages.of(HttpResponseStatus.CONTINUE));
  }

  /**
   * Ends the connection.
   *
   * @param answered whether the client has a response to what it ends with
   * @param bodiless whether the response has no body (HEAD)
   */
  void end(Response response, boolean answered, boolean bodiless) {
    Object message =
        answered || last
            ? Unpooled.EMPTY_BUFFER
            : Http1Messages.whole(response, session.date(), true, bodiless);
    last = true;
    in.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
  }

  private void closeIfUnread() {
    if (unread.isTooMuch()) {
      log.debug("{} reads no responses, and too many others do not either", in.channel());
      in.close();
    }
  }

  /** Whether the client has read nothing for so long. */
  boolean isStalled(long now, long timeoutNanos) {
    return unread.isStalled(now, timeoutNanos);
  }

  void unsent(int bytes) {
    unread.unsent(bytes);
  }

  /** The connection is gone. */
  void over() {
    unread.over();
  }
}
