package dev.tidings.node.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Takes MQTT's bytes out of binary frames, whole or in pieces, and puts them into such, none larger
 * than allowed. Text ends the connection [MQTT-6.0.0-1]; a request for another path gets a 404.
 */
final class WebSocketFrames extends ChannelDuplexHandler {
  private final int maxFrameBytes;

  WebSocketFrames(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    switch (message) {
      case BinaryWebSocketFrame frame -> ctx.fireChannelRead(frame.content());
      // Only of a binary one: text never gets as far as its second piece.
      case ContinuationWebSocketFrame frame -> ctx.fireChannelRead(frame.content());
      case WebSocketFrame frame -> {
        frame.release();
        ctx.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE))
            .addListener(ChannelFutureListener.CLOSE);
      }
      case HttpMessage request -> {
        ReferenceCountUtil.release(request);
        // Closed from where HTTP is spoken: the WebSocket handler would say goodbye in frames.
        ctx.writeAndFlush(notFound()).addListener(written -> ctx.pipeline().firstContext().close());
      }
      default -> ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.write(message, promise);
      return;
    }
    while (bytes.readableBytes() > maxFrameBytes) {
      ctx.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(maxFrameBytes)));
    }
    ctx.write(new BinaryWebSocketFrame(bytes), promise);
  }

  private static FullHttpResponse notFound() {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    response.headers().set(HttpHeaderNames.CONNECTION, "close");
    return response;
  }
}
