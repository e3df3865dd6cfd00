package dev.tidings.service.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;

/**
 * Closes a connection whose peer has said, by close_notify, that it sends no more: nobody here
 * speaks to half a connection, and TLS alone would keep its socket.
 */
@ChannelHandler.Sharable
public final class CloseNotify extends ChannelInboundHandlerAdapter {
  /** The one for all pipelines, behind TLS. */
  public static final CloseNotify INSTANCE = new CloseNotify();

  private CloseNotify() {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
    if (event instanceof SslCloseCompletionEvent) {
      ctx.close();
    }
  }
}
