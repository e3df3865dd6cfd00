package dev.tidings.http.http2;

import dev.tidings.http.Request;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.limit.Peers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/** Makes requests of the frames of one connection. Confined to its event loop. */
final class Http2Frames extends Http2EventAdapter {
  private static final String NO_PATH = "";

  private final ServerLoop loop;
  private final Http2Session session;
  private final OpenExchanges open;
  private final Http2Connection connection;
  private final Http2Connection.PropertyKey exchanges;
  private final RequestOrder order = new RequestOrder();
  private boolean awaitsProof;

  Http2Frames(
      ServerLoop loop, Http2Session session, OpenExchanges open, Http2Connection connection) {
    this.loop = loop;
    this.session = session;
    this.open = open;
    this.connection = connection;
    this.exchanges = connection.newKey();
    this.awaitsProof = loop.limits().bounds().oneRequestAtFirst();
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int streamDependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    onHeadersRead(ctx, streamId, headers, padding, endOfStream);
  }

  @Override
  public void onHeadersRead(
      ChannelHandlerContext ctx,
      int streamId,
      Http2Headers headers,
      int padding,
      boolean endOfStream)
      throws Http2Exception {
    Http2Stream stream = connection.stream(streamId);
    Http2Exchange exchange = stream.getProperty(exchanges);
    if (exchange == null) {
      if (session.isLate()) {
        throw Http2Exception.streamError(streamId, Http2Error.STREAM_CLOSED, "it is over");
      }
      String fault = HeaderFaults.of(headers);
      if (fault != null) {
        throw Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "%s", fault);
      }
      CharSequence method = headers.method();
      CharSequence path = headers.path();
      exchange = begin(stream, isHead(method));
      if (exchange == null) {
        session.responses().refuse(stream);
        return;
      }
      exchange.start(
          loop.service(),
          Request.of(method == null ? NO_PATH : method, path == null ? NO_PATH : path, headers));
      if (!endOfStream) {
        order.add(exchange);
        if ((!exchange.isAnswered() || exchange.isStreamed()) && expectsContinue(headers)) {
          session.responses().writeContinue(stream);
        }
      }
    }
    // Otherwise these are trailers; they are ignored.
    if (endOfStream) {
      end(exchange);
    }
  }

  /** The client has proved who it is: it may have more than one open request, if it might not. */
  void admit() {
    ChannelHandlerContext in = session.context();
    if (!awaitsProof || in == null) {
      return;
    }
    awaitsProof = false;
    // Counts at once: a client that knows the new settings may use them before it confirms them.
    connection.remote().maxActiveStreams(Http2SessionBuilder.MAX_STREAMS);
    session
        .encoder()
        .writeSettings(
            in,
            new Http2Settings().maxConcurrentStreams(Http2SessionBuilder.MAX_STREAMS),
            in.newPromise());
    if (!session.isReading()) {
      session.flush(in);
    }
  }

  /** A client's first request, which it made in HTTP/1.1. */
  void upgraded(FullHttpRequest request) {
    Http2Stream stream = connection.stream(Http2CodecUtil.HTTP_UPGRADE_STREAM_ID);
    Http2Exchange exchange = begin(stream, request.method().equals(HttpMethod.HEAD));
    if (exchange == null) {
      session.responses().refuse(stream);
      return;
    }
    exchange.start(loop.service(), Request.of(request));
    // One with a body is not upgraded.
    end(exchange);
  }

  private @Nullable Http2Exchange begin(Http2Stream stream, boolean bodiless) {
    Peers.Peer peer = session.clientConnection().peer();
    if (peer != null && !peer.enter()) {
      return null;
    }
    Http2Exchange exchange = new Http2Exchange(loop, session, stream, bodiless, peer);
    stream.setProperty(exchanges, exchange);
    open.add(exchange, session.now());
    return exchange;
  }

  /** All of one has come: it is handed on, unless another of its order has to be before. */
  private void end(Http2Exchange exchange) {
    exchange.ended();
    if (!RequestOrder.waits(exchange)) {
      handOn(exchange);
    }
  }

  private void handOn(@Nullable Http2Exchange exchange) {
    Http2Exchange next = exchange;
    while (next != null && next.hasArrived()) {
      Http2Exchange following = order.remove(next);
      open.arrived(next, session.now());
      next.handOn();
      next = following;
    }
  }

  /** Takes no more of one. */
  void close(Http2Exchange exchange) {
    exchange.stream().close();
  }

  /** Nobody has to wait for one any more, though it was not handed on. */
  void over(Http2Exchange exchange) {
    handOn(order.remove(exchange));
  }

  private static boolean isHead(@Nullable CharSequence method) {
    return method != null && HttpMethod.HEAD.asciiName().contentEquals(method);
  }

  private static boolean expectsContinue(Http2Headers headers) {
    CharSequence expected = headers.get(HttpHeaderNames.EXPECT);
    return expected != null && HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expected);
  }

  /**
   * Takes a part of a body.
   *
   * @return all of its bytes, which the client may replace by others: what is kept is a copy, and
   *     bounded; of a streamed request none, for it says itself when its stream's window opens
   */
  @Override
  public int onDataRead(
      ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endOfStream) {
    int consumed = data.readableBytes() + padding;
    Http2Exchange exchange = connection.stream(streamId).getProperty(exchanges);
    if (exchange != null) {
      if (exchange.isStreamed()) {
        consumed = padding;
      } else if (exchange.isAnswered() && !endOfStream) {
        session.responses().earlyAnswers().dropped(exchange, consumed);
      }
      exchange.part(data, endOfStream && !RequestOrder.waits(exchange));
      if (endOfStream) {
        end(exchange);
      }
    }
    return consumed;
  }

  @Override
  public void onPingRead(ChannelHandlerContext ctx, long data) {
    open.touch(session.now());
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    Http2Exchange exchange = stream.getProperty(exchanges);
    if (exchange != null) {
      open.remove(exchange);
      exchange.closed();
      over(exchange);
      session.shutdown().ended();
    }
  }
}
