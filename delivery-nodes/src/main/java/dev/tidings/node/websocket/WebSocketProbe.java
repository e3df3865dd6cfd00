package dev.tidings.node.websocket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Pings a client that has been silent for an interval, and closes the connection if it stays silent
 * for another. Silence is not counted while the connection is not read, for example because its
 * output buffer is full: what the client answers is behind what it has not taken yet. Meant for
 * proxies that drop idle connections earlier than MQTT's keep-alive sends a packet. Each ping wakes
 * a phone, so pings are off by default.
 */
final class WebSocketProbe extends ChannelInboundHandlerAdapter {
  private final Duration interval;
  private @Nullable Future<?> scheduled;
  private boolean heard;
  private boolean asked;

  WebSocketProbe(Duration interval) {
    this.interval = interval;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof WebSocketOpen) {
      next(ctx);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    heard = true;
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    heard = true;
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    ctx.fireChannelInactive();
  }

  private void next(ChannelHandlerContext ctx) {
    scheduled = ctx.executor().schedule(() -> probe(ctx), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void probe(ChannelHandlerContext ctx) {
    if (!ctx.channel().isWritable() || !ctx.channel().config().isAutoRead()) {
      heard = true;
    }
    if (!heard && asked) {
      ctx.close();
      return;
    }
    asked = !heard;
    heard = false;
    if (asked) {
      ctx.writeAndFlush(new PingWebSocketFrame());
    }
    next(ctx);
  }
}
