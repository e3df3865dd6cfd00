package dev.tidings.http.http2;

import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.limit.Excess;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of the responses of one connection, on their streams. Confined to its event loop.
 */
final class Http2Responses {
  private static final Http2Headers CONTINUE =
      ReadOnlyHttp2Headers.serverHeaders(false, HttpResponseStatus.CONTINUE.codeAsText());

  private final Http2Session session;
  private final Http2ConnectionEncoder encoder;
  private final OpenExchanges open;
  private final Http2Frames frames;
  private final EarlyAnswers earlyAnswers;
  // Answered while the connection is read: the rest of the request may be in what is being read.
  private @Nullable Http2Exchange early;

  Http2Responses(
      Http2Session session,
      Http2ConnectionEncoder encoder,
      OpenExchanges open,
      Http2Frames frames) {
    this.session = session;
    this.encoder = encoder;
    this.open = open;
    this.frames = frames;
    this.earlyAnswers = new EarlyAnswers(this);
  }

  void write(Http2Exchange exchange, Response response) {
    ChannelHandlerContext in = session.context();
    Http2Stream stream = exchange.stream();
    if (in == null || stream.isResetSent() || stream.isHeadersSent()) {
      return;
    }
    if (session.isReading() && !exchange.hasArrived()) {
      exchange.nextEarly = early;
      early = exchange;
      return;
    }
    Http2Headers headers = head(response.status(), response.fields());
    boolean streams = response instanceof StreamingResponse;
    boolean bodiless = exchange.isBodiless() || (response.body().length == 0 && !streams);
    ChannelFuture written =
        encoder.writeHeaders(in, stream.id(), headers, 0, bodiless, in.newPromise());
    if (!bodiless && response instanceof StreamingResponse streaming) {
      stream(exchange, streaming, written);
      return;
    }
    if (!bodiless) {
      // It may wait for the client's window, and not in the channel.
      int bytes = response.body().length;
      session.unsentWhole(bytes);
      written =
          encoder.writeData(
              in, stream.id(), Unpooled.wrappedBuffer(response.body()), 0, true, in.newPromise());
      written.addListener(done -> session.unsentWhole(-bytes));
    }
    if (!exchange.hasArrived()) {
      frames.over(exchange);
      written.addListener(done -> earlyAnswers.add(exchange, session.loopNow()));
    }
  }

  /** Returns the head of a response, which has a date too. */
  private Http2Headers head(HttpResponseStatus status, AsciiString... fields) {
    AsciiString[] all = Arrays.copyOf(fields, fields.length + 2);
    all[fields.length] = HttpHeaderNames.DATE;
    all[fields.length + 1] = session.date();
    return ReadOnlyHttp2Headers.serverHeaders(false, status.codeAsText(), all);
  }

  /** The streams that were answered before their request had come. */
  EarlyAnswers earlyAnswers() {
    return earlyAnswers;
  }

  /** Lets those go on that wait for a request. */
  void passed(Http2Exchange exchange) {
    frames.over(exchange);
  }

  /** Writes what was answered while the connection was read. */
  void writeEarly() {
    Http2Exchange next = early;
    early = null;
    while (next != null) {
      Http2Exchange exchange = next;
      next = exchange.nextEarly;
      exchange.nextEarly = null;
      exchange.write();
    }
  }

  private void stream(Http2Exchange exchange, StreamingResponse response, ChannelFuture head) {
    if (!exchange.hasArrived()) {
      frames.over(exchange);
    }
    exchange.stream(open, response, head);
    if (session.shutdown().isLeaving()) {
      exchange.drain();
    }
  }

  ChannelFuture writePart(Http2Exchange exchange, ByteBuf part, boolean last) {
    ChannelHandlerContext in = Objects.requireNonNull(session.context());
    ChannelFuture written =
        encoder.writeData(in, exchange.stream().id(), part, 0, last, in.newPromise());
    if (last && !exchange.hasArrived()) {
      written.addListener(done -> reset(exchange, Http2Error.NO_ERROR));
    }
    return written;
  }

  /** Ends a response that can't be completed. */
  void abort(Http2Exchange exchange) {
    end(exchange, Http2Error.INTERNAL_ERROR);
  }

  /** Ends a stream that was answered, so that the client stops sending: RFC 9113, section 8.1. */
  void reset(Http2Exchange exchange, Http2Error why) {
    if (!exchange.hasArrived()) {
      end(exchange, why);
    }
  }

  /** Gives up a response that the client has not read, or its connection if it reads nothing. */
  void abandon(Http2Exchange exchange) {
    ChannelHandlerContext in = session.context();
    if (in == null || exchange.isClosed()) {
      return;
    }
    ChannelOutboundBuffer unsent = in.channel().unsafe().outboundBuffer();
    // While one response is streamed, others may be read.
    if (unsent != null && unsent.totalPendingWriteBytes() > 0 && !exchange.isStreaming()) {
      session.close();
    } else {
      end(exchange, Http2Error.CANCEL);
    }
  }

  private void end(Http2Exchange exchange, Http2Error why) {
    ChannelHandlerContext in = session.context();
    if (in != null && !exchange.isClosed()) {
      reset(in, exchange.stream().id(), why);
      in.flush();
    }
  }

  /** Turns a request away that was not looked at: RFC 9113, section 8.7. */
  void refuse(Http2Stream stream) {
    ChannelHandlerContext in = session.context();
    if (in != null) {
      reset(in, stream.id(), Http2Error.REFUSED_STREAM);
    }
  }

  /** Lets a client send so many bytes more of a body. */
  void returnWindow(Http2Stream stream, int bytes) {
    ChannelHandlerContext in = session.context();
    if (in == null || bytes == 0) {
      return;
    }
    try {
      if (session.decoder().flowController().consumeBytes(stream, bytes) && !session.isReading()) {
        in.flush();
      }
    } catch (Http2Exception e) {
      session.onError(in, true, e);
    }
  }

  void writeContinue(Http2Stream stream) {
    ChannelHandlerContext in = session.context();
    if (in != null) {
      encoder.writeHeaders(in, stream.id(), CONTINUE, 0, false, in.newPromise());
    }
  }

  /** Answers a request whose head was too long to be kept. */
  void writeTooLong(ChannelHandlerContext in, int id) {
    session.clientConnection().exceeded(Excess.HEAD);
    try {
      Http2Stream stream = encoder.connection().stream(id);
      if (stream == null) {
        stream = encoder.connection().remote().createStream(id, false);
      }
      if (!stream.isHeadersSent()) {
        encoder.writeHeaders(
            in,
            id,
            head(HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
            0,
            true,
            in.newPromise());
      }
      // After what was written, the client may stop sending.
      reset(in, id, Http2Error.NO_ERROR);
    } catch (Http2Exception e) {
      reset(in, id, Http2Error.REFUSED_STREAM);
    }
  }

  void reset(ChannelHandlerContext in, int id, Http2Error why) {
    encoder.writeRstStream(in, id, why.code(), in.newPromise());
  }
}
