package dev.tidings.http.http1;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.exchange.ChannelConnection;
import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.OpenExchanges;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.limit.Excess;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that speaks HTTP/1.1. Its requests are served one after the other: the next is not read
 * before one is answered, so a client that sends many and reads no response blocks only itself.
 */
public final class Http1Session extends ChannelInboundHandlerAdapter implements ClientSession {
  private static final Logger log = LoggerFactory.getLogger(Http1Session.class);

  private final ServerLoop loop;
  private final Http1Codec codec;
  private final OpenExchanges open;
  private final ClientEnd clientEnd;
  private @Nullable ChannelHandlerContext ctx;
  private @Nullable ChannelConnection connection;
  private @Nullable Http1Exchange current;
  private boolean leaving;
  private boolean reading;
  // The response is known, and the rest of the request may be in what is being read.
  private boolean early;
  // Whether the rest of what is being answered is waited for.
  private boolean drained;
  private @Nullable Http1Responses responses;

  Http1Session(ServerLoop loop, Http1Codec codec) {
    this.loop = loop;
    this.codec = codec;
    this.open = new OpenExchanges(loop.now());
    this.clientEnd = new ClientEnd(codec);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
    responses = new Http1Responses(this, added, open, loop.unread().of(added.channel()));
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
    // One that was given up is no longer among those.
    Http1Exchange exchange = current;
    if (exchange != null) {
      exchange.closed();
    }
    Http1Responses out = responses;
    if (out != null) {
      out.over();
    }
  }

  Http1Responses responses() {
    return Objects.requireNonNull(responses);
  }

  boolean isLeaving() {
    return leaving;
  }

  /** The field {@code Date} of what is being written. */
  AsciiString date() {
    return loop.date();
  }

  @Override
  public void channelRead(ChannelHandlerContext in, Object message) {
    reading = true;
    try {
      if (message instanceof HttpRequest request && !responses().isLast()) {
        begin(request);
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

  private void begin(HttpRequest request) {
    HttpResponseStatus fault = Http1Rules.fault(request);
    if (fault != null) {
      malformed(fault, request);
      return;
    }
    Http1Exchange exchange = new Http1Exchange(loop, this, request);
    current = exchange;
    open.add(exchange, codec.sinceNanos());
    exchange.start(loop.service(), Request.of(request));
    boolean streamed = exchange.isStreamed();
    if ((!exchange.isAnswered() || streamed) && HttpUtil.is100ContinueExpected(request)) {
      responses().writeContinue();
    }
    if (early && streamed) {
      // Its response does not wait for what is being read, which may wait for the response.
      early = false;
      exchange.write();
    }
  }

  private void goOn(ChannelHandlerContext in, HttpContent content) {
    Http1Exchange exchange = current;
    if (exchange == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      malformed(HttpResponseStatus.BAD_REQUEST, null);
      return;
    }
    boolean end = content instanceof LastHttpContent;
    exchange.part(content.content(), end);
    if (!end && exchange.isStreamed()) {
      readOrWait(in);
    }
    if (end) {
      exchange.ended();
      if (exchange.written) {
        // It was answered before its body ended.
        finish(in, exchange, in.writeAndFlush(Unpooled.EMPTY_BUFFER));
      } else if (early) {
        early = false;
        exchange.write();
      } else {
        if (!exchange.begun || exchange.isStreamed()) {
          open.arrived(exchange, loop.now());
          exchange.handOn();
        }
        readOrWait(in);
      }
    }
  }

  ChannelConnection connection() {
    return Objects.requireNonNull(connection);
  }

  /** What was not understood, and what comes behind it, is of no use to anybody. */
  private void malformed(HttpResponseStatus status, @Nullable HttpRequest head) {
    if (Http1Rules.isTooLong(status)) {
      connection().exceeded(Excess.HEAD);
    }
    Http1Exchange exchange = current;
    current = null;
    if (exchange != null) {
      open.remove(exchange);
      exchange.closed();
    }
    responses()
        .end(
            (exchange == null ? loop.errors().at(Http1Rules.path(head)) : exchange.errors())
                .malformed(status),
            exchange != null && (exchange.written || exchange.begun),
            exchange == null ? Http1Rules.isHead(head) : exchange.isBodiless());
  }

  void write(Http1Exchange exchange, Response response) {
    boolean ended = exchange.hasArrived();
    if (responses().isLast()) {
      return;
    }
    boolean streamed = exchange.isStreamed();
    if (!ended && reading && !streamed) {
      early = true;
      return;
    }
    boolean goesOn = (ended || drained || streamed) && !clientEnd.isBehindLast();
    responses().write(exchange, response, leaving || !exchange.keepsAlive() || !goesOn);
  }

  /** A response was written, and its request has come whole. */
  void finish(ChannelHandlerContext in, Http1Exchange exchange, ChannelFuture written) {
    open.remove(exchange);
    exchange.closed();
    current = null;
    if (leaving || responses().isLast()) {
      written.addListener(ChannelFutureListener.CLOSE);
    } else {
      long now = loop.now();
      open.touch(now);
      codec.resume(now);
      readOrWait(in);
    }
  }

  /** More of a streamed request may be read. */
  void readOn(Http1Exchange exchange) {
    ChannelHandlerContext in = ctx;
    if (in != null && exchange.equals(current) && !exchange.hasArrived()) {
      readOrWait(in);
    }
  }

  private void readOrWait(ChannelHandlerContext in) {
    Http1Exchange exchange = current;
    boolean read = exchange == null ? in.channel().isWritable() : exchange.awaitsMore();
    boolean goesOn = read && !in.channel().config().isAutoRead();
    in.channel().config().setAutoRead(read);
    if (goesOn) {
      codec.goOn(in.channel());
    }
    clientEnd.closeUnlessOwed(in, () -> current);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext in, Object event) {
    clientEnd.take(in, event);
    clientEnd.closeUnlessOwed(in, () -> current);
    in.fireUserEventTriggered(event);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext in) {
    Http1Exchange exchange = current;
    if (exchange == null || exchange.hasArrived()) {
      readOrWait(in);
    }
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
    // Each whole response was flushed: the next request is read only then.
    responses().flush();
  }

  @Override
  public void unsent(int bytes) {
    responses().unsent(bytes);
  }

  @Override
  public void sweep(long now) {
    long requestTimeout = loop.limits().requestTimeout().toNanos();
    if (responses().isStalled(now, requestTimeout)) {
      close();
      return;
    }
    if (current == null && !responses().isLast() && codec.isWaiting(now, requestTimeout)) {
      malformed(HttpResponseStatus.REQUEST_TIMEOUT, null);
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
      open.drain();
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
