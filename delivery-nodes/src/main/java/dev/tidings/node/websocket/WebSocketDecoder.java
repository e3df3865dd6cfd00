package dev.tidings.node.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * Decodes a client's frames. A protocol violation only causes an exception: {@link WebSocketFrames}
 * sends the Close frame, once. That class also checks the bodies of Close frames, more strictly
 * than this decoder would.
 */
final class WebSocketDecoder extends WebSocket13FrameDecoder {

  WebSocketDecoder(int maxFrameBytes) {
    super(
        WebSocketDecoderConfig.newBuilder()
            .maxFramePayloadLength(maxFrameBytes)
            .allowExtensions(false)
            .withUTF8Validator(false)
            .closeOnProtocolViolation(false)
            .build());
  }

  @Override
  protected void checkCloseFrameBody(ChannelHandlerContext ctx, ByteBuf body) {}
}
