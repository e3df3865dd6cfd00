package dev.tidings.http.http1;

import dev.tidings.http.Connection;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.exchange.ChannelConnection;
import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.exchange.Unread;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that speaks HTTP/1.1. Its requests are served one after the other: the next is not read
 * before one is answered, so a client that sends many and reads no response blocks only itself.
 */
public final class Http1Session extends ChannelInboundHandlerAdapter implements ClientSession {
  private static final Logger log = LoggerFactory.getLogger(Http1Session.class);
  private static final byte[] NOTHING = {};
  private static final HttpHeadersFactory HEADERS =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false);

  private final ServerLoop loop;
  private final Http1Codec codec;
  private final OpenExchanges open;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable Connection connection;
  private @Nullable Http1Exchange current;
  private boolean leaving;
  private boolean last;
  private boolean reading;
  // The response is known, and the rest of the request may be in what is being read.
  private boolean early;
  // Whether the rest of what is being answered is waited for.
  private boolean drained;
  private Unread.@Nullable Share unread;

  private Http1Session(ServerLoop loop, Http1Codec codec) {
    this.loop = loop;
    this.codec = codec;
    this.open = new OpenExchanges(loop.now());
  }

  /**
   * Inserts the handlers of HTTP/1.1 behind another.
   *
   * @param upgrade makes the handler that lets a client go over to HTTP/2 with its first request;
   *     null if none may
   */
  public static void install(
      ChannelHandlerContext behind,
      ServerLoop loop,
      @Nullable Function<HttpServerUpgradeHandler.SourceCodec, ChannelHandler> upgrade) {
    Http1Codec codec = new Http1Codec(loop::now);
    ChannelPipeline pipeline = behind.pipeline();
    String name = behind.name();
    pipeline.addAfter(name, null, new Http1Session(loop, codec));
    // Several requests may be in what is read at once.
    pipeline.addAfter(name, null, new FlowControlHandler());
    if (upgrade != null) {
      pipeline.addAfter(name, null, upgrade.apply(codec));
    }
    pipeline.addAfter(name, null, codec);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
    unread = loop.unread().of(added.channel());
    connection = ChannelConnection.of(added.channel());
    loop.add(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    over();
  }

  @Override
  public void channelInactive(ChannelHandlerContext in) {
    over();
  }

  private void over() {
    loop.remove(this);
    open.close();
    Unread.Share left = unread;
    if (left != null) {
      left.over();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) {
    reading = true;
    try {
      if (message instanceof HttpRequest request && !last) {
        begin(in, request);
      }
      if (message instanceof HttpContent content) {
        goOn(in, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext in) {
    reading = false;
    Http1Exchange exchange = current;
    if (early && exchange != null) {
      early = false;
      drained = exchange.isDrained();
      exchange.write();
      drained = false;
    }
    in.fireChannelReadComplete();
  }

  private void begin(ChannelHandlerContext in, HttpRequest request) {
    HttpResponseStatus fault = Http1Rules.fault(request);
    if (fault != null) {
      malformed(in, fault);
      return;
    }
    Http1Exchange exchange = new Http1Exchange(loop, this, request);
    current = exchange;
    open.add(exchange, codec.sinceNanos());
    exchange.start(loop.service(), Request.of(request));
    if (!exchange.isAnswered() && HttpUtil.is100ContinueExpected(request)) {
      in.writeAndFlush(response(HttpResponseStatus.CONTINUE, NOTHING));
    }
  }

  private void goOn(ChannelHandlerContext in, HttpContent content) {
    Http1Exchange exchange = current;
    if (exchange == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      malformed(in, HttpResponseStatus.BAD_REQUEST);
      return;
    }
    boolean end = content instanceof LastHttpContent;
    exchange.part(content.content(), end);
    if (end) {
      exchange.ended();
      if (exchange.written) {
        // It was answered before its body ended.
        finish(in, exchange, in.writeAndFlush(Unpooled.EMPTY_BUFFER));
      } else if (early) {
        early = false;
        exchange.write();
      } else {
        open.arrived(exchange, loop.now());
        exchange.handOn();
        readOrWait(in);
      }
    }
  }

  /** Its connection, once it has one. */
  Connection connection() {
    return Objects.requireNonNull(connection);
  }

  /** What was not understood, and what comes behind it, is of no use to anybody. */
  private void malformed(ChannelHandlerContext in, HttpResponseStatus status) {
    Http1Exchange exchange = current;
    current = null;
    if (exchange != null) {
      open.remove(exchange);
      exchange.closed();
    }
    boolean answered = last || (exchange != null && exchange.written);
    Object message =
        answered ? Unpooled.EMPTY_BUFFER : response(loop.errors().malformed(status), true, false);
    last = true;
    in.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
  }

  void write(Http1Exchange exchange, Response response) {
    ChannelHandlerContext in = ctx;
    if (in == null || last) {
      return;
    }
    boolean ended = exchange.isEnded();
    if (!ended && reading) {
      early = true;
      return;
    }
    exchange.written = true;
    last = leaving || !exchange.keepsAlive() || (!ended && !drained);
    FullHttpResponse message = response(response, last, exchange.isBodiless());
    if (!last && exchange.isHttp10()) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    ChannelFuture written = in.writeAndFlush(message);
    // If not, when the client has ended, or its time: before, it might miss the response.
    if (ended) {
      finish(in, exchange, written);
    }
    Unread.Share left = unread;
    if (left != null && left.isTooMuch()) {
      log.debug("{} reads no responses, and too many others do not either", in.channel());
      in.close();
    }
  }

  private void finish(ChannelHandlerContext in, Http1Exchange exchange, ChannelFuture written) {
    open.remove(exchange);
    exchange.closed();
    current = null;
    if (last) {
      written.addListener(ChannelFutureListener.CLOSE);
    } else {
      long now = loop.now();
      open.touch(now);
      codec.resume(now);
      readOrWait(in);
    }
  }

  private void readOrWait(ChannelHandlerContext in) {
    boolean read = current == null && in.channel().isWritable();
    boolean goesOn = read && !in.channel().config().isAutoRead();
    in.channel().config().setAutoRead(read);
    if (goesOn) {
      codec.goOn(in.channel());
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext in) {
    Http1Exchange exchange = current;
    if (exchange == null || exchange.isEnded()) {
      readOrWait(in);
    }
  }

  private static FullHttpResponse response(Response response, boolean last, boolean bodiless) {
    FullHttpResponse message = response(response.status(), bodiless ? NOTHING : response.body());
    AsciiString[] fields = response.fields();
    for (int i = 0; i < fields.length; i += 2) {
      message.headers().add(fields[i], fields[i + 1]);
    }
    message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
    if (last) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return message;
  }

  private static FullHttpResponse response(HttpResponseStatus status, byte[] body) {
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body), HEADERS, HEADERS);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext in, Throwable cause) {
    log.debug("{} ends in the midst of it", in.channel(), cause);
    in.close();
  }

  @Override
  public boolean flushesByItself() {
    return true;
  }

  @Override
  public void flush() {
    // Each response was flushed: the next request is read only then.
  }

  @Override
  public void sweep(long now) {
    long requestTimeout = loop.limits().requestTimeout().toNanos();
    Unread.Share left = unread;
    if (left != null && left.isStalled(now, requestTimeout)) {
      close();
      return;
    }
    ChannelHandlerContext in = ctx;
    if (in != null && current == null && !last && codec.isWaiting(now, requestTimeout)) {
      malformed(in, HttpResponseStatus.REQUEST_TIMEOUT);
      return;
    }
    open.expire(now, loop.limits());
    if (open.isIdle(now, loop.limits().idleTimeout().toNanos())) {
      close();
    }
  }

  @Override
  public void goAway() {
    ChannelHandlerContext in = ctx;
    if (!leaving && in != null) {
      leaving = true;
      in.executor().schedule(this::leave, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void leave() {
    if (open.isEmpty()) {
      close();
    }
  }

  @Override
  public void close() {
    ChannelHandlerContext in = ctx;
    if (in != null) {
      in.close();
    }
  }
}
