package dev.tidings.node.websocket;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DateFormatter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the single HTTP request of a connection: if it opens a WebSocket, frame handlers replace
 * those of HTTP; otherwise the response states the reason and the connection is closed.
 */
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {
  private final WebSocketRequest requests;
  private final WebSocketRefusals refusals;
  private final Supplier<WebSocketDecoder> decoder;
  private WebSocketRequest.@Nullable Granted granted;
  private boolean answered;

  /**
   * @param decoder creates the decoder of frames
   */
  WebSocketUpgrade(
      WebSocketRequest requests, WebSocketRefusals refusals, Supplier<WebSocketDecoder> decoder) {
    this.requests = requests;
    this.refusals = refusals;
    this.decoder = decoder;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (answered) {
        return;
      }
      if (message instanceof HttpRequest request) {
        switch (requests.check(request)) {
          case WebSocketRequest.Granted grant -> granted = grant;
          case WebSocketRequest.Refused refusal -> refuse(ctx, refusal);
        }
      }
      WebSocketRequest.Granted grant = granted;
      if (message instanceof LastHttpContent && grant != null) {
        open(ctx, grant);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void open(ChannelHandlerContext ctx, WebSocketRequest.Granted grant) {
    answered = true;
    FullHttpResponse response = response(HttpResponseStatus.SWITCHING_PROTOCOLS);
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.UPGRADE, "websocket");
    headers.set(HttpHeaderNames.CONNECTION, "Upgrade");
    headers.set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, grant.accept());
    if (grant.subprotocol()) {
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, WebSocketRequest.SUBPROTOCOL);
    }
    ctx.writeAndFlush(response);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addBefore(ctx.name(), null, new WebSocket13FrameEncoder(false));
    pipeline.addBefore(ctx.name(), null, decoder.get());
    pipeline.fireUserEventTriggered(WebSocketOpen.INSTANCE);
    pipeline.remove(this);
    // Last: bytes after the request are passed on from here, to be read as frames.
    pipeline.remove(HttpServerCodec.class);
  }

  private void refuse(ChannelHandlerContext ctx, WebSocketRequest.Refused refusal) {
    answered = true;
    refusals.refused(ctx.channel(), refusal);
    FullHttpResponse response = response(refusal.status());
    HttpHeaders headers = response.headers();
    refusal.headers().forEach(headers::set);
    headers.set(HttpHeaderNames.DATE, DateFormatter.format(Date.from(Instant.now())));
    headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    // RFC 9110, 7.8: intermediaries would pass Upgrade on as if it were meant for others.
    headers.set(
        HttpHeaderNames.CONNECTION,
        headers.contains(HttpHeaderNames.UPGRADE) ? "upgrade, close" : "close");
    response.content().writeCharSequence(refusal.why() + "\n", StandardCharsets.UTF_8);
    headers.setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    ctx.writeAndFlush(response)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  // Closing a socket with unread input resets it, and the client may never read
                  // why.
                  if (ctx.pipeline().get(SslHandler.class) != null) {
                    // TLS has its own last message.
                    ctx.close();
                  } else if (written.isSuccess()
                      && written.channel() instanceof DuplexChannel socket) {
                    socket.shutdownOutput();
                  } else {
                    ctx.pipeline().firstContext().close();
                  }
                });
  }

  private static FullHttpResponse response(HttpResponseStatus status) {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
  }
}
