package dev.tidings.service.tls;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Closes a connection whose peer has said, by close_notify, that it sends no more: TLS alone would
 * keep its socket.
 */
@ChannelHandler.Sharable
public final class CloseNotify extends ChannelInboundHandlerAdapter {
  /** For protocols in which nobody speaks to half a connection. */
  public static final CloseNotify ENDS_ALL = new CloseNotify(false);

  /**
   * For those in which a client may still read: in TLS 1.3; in TLS 1.2 it has to be answered at
   * once (RFC 5246, section 7.2.1).
   */
  public static final CloseNotify ENDS_HALF = new CloseNotify(true);

  private final boolean mayStillRead;

  private CloseNotify(boolean mayStillRead) {
    this.mayStillRead = mayStillRead;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    ctx.fireUserEventTriggered(event);
    if (event instanceof SslCloseCompletionEvent closed
        && (!mayStillRead || (closed.isSuccess() && isTls12(ctx)))) {
      ctx.close();
    }
  }

  private static boolean isTls12(ChannelHandlerContext ctx) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    return tls != null && tls.engine().getSession().getProtocol().equals("TLSv1.2");
  }
}
