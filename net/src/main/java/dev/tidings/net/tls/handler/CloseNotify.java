package dev.tidings.net.tls.handler;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Closes a connection whose peer has sent close_notify; the TLS handler alone would keep the socket
 * open.
 */
@ChannelHandler.Sharable
public final class CloseNotify extends ChannelInboundHandlerAdapter {
  /** For protocols without half-closed connections. */
  public static final CloseNotify ENDS_ALL = new CloseNotify(false);

  /**
   * For protocols in which a client may still read after its close_notify. This applies to TLS 1.3;
   * in TLS 1.2 close_notify must be answered at once (RFC 5246, section 7.2.1).
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
