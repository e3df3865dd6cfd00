package dev.tidings.ingest.server;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Closes a connection whose client has said that it is over, in TLS 1.2 (RFC 5246, section 7.2.1).
 * In TLS 1.3 it may still read.
 */
@Sharable
final class TlsClosure extends ChannelInboundHandlerAdapter {
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (event == SslCloseCompletionEvent.SUCCESS
        && tls != null
        && tls.engine().getSession().getProtocol().equals("TLSv1.2")) {
      ctx.close();
      return;
    }
    ctx.fireUserEventTriggered(event);
  }
}
