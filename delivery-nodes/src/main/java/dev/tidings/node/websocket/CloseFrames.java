package dev.tidings.node.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Creates Close frames: RFC 6455, sections 5.5.1, 7.4 and 8.1. */
final class CloseFrames {
  private static final int CODE_BYTES = 2;

  /** Returns the response to a Close frame: the same code, or the code of the violation in it. */
  static CloseWebSocketFrame answer(CloseWebSocketFrame frame) {
    ByteBuf body = frame.content();
    if (!body.isReadable()) {
      return new CloseWebSocketFrame();
    }
    if (body.readableBytes() < CODE_BYTES) {
      return new CloseWebSocketFrame(WebSocketCloseStatus.PROTOCOL_ERROR);
    }
    int code = body.getUnsignedShort(body.readerIndex());
    if (!mayBeSent(code)) {
      return new CloseWebSocketFrame(WebSocketCloseStatus.PROTOCOL_ERROR);
    }
    if (!isUtf8(body, body.readerIndex() + CODE_BYTES, body.readableBytes() - CODE_BYTES)) {
      return new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_PAYLOAD_DATA);
    }
    return new CloseWebSocketFrame(code, "");
  }

  /** Returns the Close frame that the decoder would have sent. */
  static CloseWebSocketFrame of(CorruptedWebSocketFrameException broken) {
    return new CloseWebSocketFrame(broken.closeStatus(), "");
  }

  /**
   * Returns whether a code may be sent: it is registered, or reserved for libraries and
   * applications.
   */
  private static boolean mayBeSent(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }

  private static boolean isUtf8(ByteBuf body, int from, int length) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(body.nioBuffer(from, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private CloseFrames() {}
}
