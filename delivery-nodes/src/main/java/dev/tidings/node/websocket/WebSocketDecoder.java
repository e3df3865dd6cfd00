package dev.tidings.node.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * Reads a client's frames. What breaks the protocol is an exception and nothing else: {@link
 * WebSocketFrames} says goodbye, once. It looks at the bodies of Close frames too, more closely
 * than this one would.
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
