package dev.tidings.http.server;

import dev.tidings.http.exchange.ClientSession;
import dev.tidings.http.exchange.ServerLoop;
import dev.tidings.http.http1.Http1Pipeline;
import dev.tidings.http.http2.Http2Session;
import dev.tidings.net.tls.handler.RecordsInTurn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells what a client speaks: what it has agreed on by ALPN, or else by its first bytes, for HTTP/2
 * begins with a preface that is no request (RFC 9113, section 3.4). It then gives way to the
 * handlers of that protocol.
 */
final class ProtocolDetector extends ByteToMessageDecoder implements ClientSession {
  private static final Logger log = LoggerFactory.getLogger(ProtocolDetector.class);
  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  private final ServerLoop loop;
  private final boolean upgradable;
  private final long sinceNanos;
  private @Nullable ChannelHandlerContext ctx;

  /**
   * The detector of one connection.
   *
   * @param upgradable whether HTTP/1.1 may become HTTP/2 later on, as it may in plain text
   */
  ProtocolDetector(ServerLoop loop, boolean upgradable) {
    this.loop = loop;
    this.upgradable = upgradable;
    this.sinceNanos = loop.now();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    ctx = added;
    loop.add(this);
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext removed) {
    loop.remove(this);
  }

  @Override
  protected void decode(ChannelHandlerContext in, ByteBuf bytes, List<Object> out) {
    SslHandler tls = in.pipeline().get(SslHandler.class);
    String chosen = tls == null ? null : tls.applicationProtocol();
    if (chosen != null) {
      // What was agreed on is spoken; anything else is an error in that protocol.
      if (chosen.equals(ApplicationProtocolNames.HTTP_2)) {
        http2(in);
      } else {
        http1(in);
      }
      in.pipeline().remove(this);
      return;
    }
    int compared = Math.min(bytes.readableBytes(), PREFACE.readableBytes());
    if (!ByteBufUtil.equals(bytes, bytes.readerIndex(), PREFACE, 0, compared)) {
      http1(in);
    } else if (compared == PREFACE.readableBytes()) {
      http2(in);
    } else {
      return;
    }
    in.pipeline().remove(this);
  }

  private void http2(ChannelHandlerContext in) {
    RecordsInTurn.end(in.pipeline());
    in.pipeline().addAfter(in.name(), null, Http2Session.of(loop));
  }

  private void http1(ChannelHandlerContext in) {
    Http1Pipeline.install(in, loop, upgradable ? codec -> new Http2Upgrade(codec, loop) : null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext in, Throwable cause) {
    // No TLS, or none that suits: a stranger could fill the log.
    log.debug("{} speaks nothing that is understood", in.channel(), cause);
    in.close();
  }

  @Override
  public boolean flushesByItself() {
    return false;
  }

  @Override
  public void flush() {
    // Nothing is ever written.
  }

  @Override
  public void unsent(int bytes) {
    // Nothing is ever written.
  }

  @Override
  public void sweep(long now) {
    if (now - sinceNanos >= loop.limits().requestTimeout().toNanos()) {
      close();
    }
  }

  @Override
  public void goAway() {
    // One that speaks in time is told in its own words.
    ChannelHandlerContext in = ctx;
    if (in != null) {
      in.executor().schedule(this::leave, QUIET_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void leave() {
    ChannelHandlerContext in = ctx;
    if (in != null && !in.isRemoved()) {
      in.close();
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
