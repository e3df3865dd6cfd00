package dev.tidings.node.websocket;

import dev.tidings.node.flow.Flow;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Extracts MQTT's bytes from binary frames, whole or fragmented, and wraps output into binary
 * frames of limited size. Text closes the connection [MQTT-6.0.0-1]. Answers a ping with a pong;
 * while many pongs are unsent, only the latest ping, as RFC 6455 allows (section 5.5.3). Sends one
 * Close frame, and nothing after it.
 */
final class WebSocketFrames extends ChannelDuplexHandler {
  private static final int MAX_PONGS = 16;

  private final int maxFrameBytes;
  private final Duration lingerTimeout;
  private boolean open;
  private boolean closing;
  private boolean answered;
  private int pongs;
  private @Nullable ByteBuf latestPing;
  private @Nullable CloseWebSocketFrame closeFrame;
  private @Nullable Future<?> lingers;

  /**
   * @param lingerTimeout how long the client may take to answer a Close frame
   */
  WebSocketFrames(int maxFrameBytes, Duration lingerTimeout) {
    this.maxFrameBytes = maxFrameBytes;
    this.lingerTimeout = lingerTimeout;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof WebSocketOpen) {
      open = true;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing) {
      boolean answer = message instanceof CloseWebSocketFrame;
      ReferenceCountUtil.release(message);
      if (answer) {
        ctx.close();
      }
      return;
    }
    if (message instanceof PingWebSocketFrame || message instanceof PongWebSocketFrame) {
      Flow.isNoPacket(ctx.channel());
    }
    switch (message) {
      case BinaryWebSocketFrame frame -> ofPacket(ctx, frame.content());
      // Only of a binary message: text is refused at its first fragment.
      case ContinuationWebSocketFrame frame -> ofPacket(ctx, frame.content());
      case PingWebSocketFrame frame -> ping(ctx, frame.content());
      case PongWebSocketFrame frame -> frame.release();
      case CloseWebSocketFrame frame -> {
        CloseWebSocketFrame answer = CloseFrames.answer(frame);
        frame.release();
        closing = true;
        ctx.writeAndFlush(answer).addListener(written -> ctx.close());
        linger(ctx);
      }
      case WebSocketFrame frame -> {
        frame.release();
        exceptionCaught(
            ctx,
            new CorruptedWebSocketFrameException(
                WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "frame: text (expected: binary)"));
      }
      default -> ReferenceCountUtil.release(message);
    }
  }

  private static void ofPacket(ChannelHandlerContext ctx, ByteBuf bytes) {
    Flow.isOfPacket(ctx.channel(), bytes.readableBytes());
    ctx.fireChannelRead(bytes);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (answered) {
      answered = false;
      ctx.flush();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.write(message, promise);
      return;
    }
    if (closing) {
      bytes.release();
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    while (bytes.readableBytes() > maxFrameBytes) {
      ctx.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(maxFrameBytes)));
    }
    ctx.write(new BinaryWebSocketFrame(bytes), promise);
  }

  // ---- Ping, pong

  private void ping(ChannelHandlerContext ctx, ByteBuf content) {
    if (pongs < MAX_PONGS) {
      pong(ctx, content);
      answered = true;
    } else {
      ReferenceCountUtil.release(latestPing);
      latestPing = content;
      Flow.of(ctx.channel()).answersWait(ctx.channel(), true);
    }
  }

  private void pong(ChannelHandlerContext ctx, ByteBuf content) {
    pongs++;
    ctx.write(new PongWebSocketFrame(content)).addListener(written -> pongTaken(ctx));
  }

  private void pongTaken(ChannelHandlerContext ctx) {
    pongs--;
    ByteBuf latest = latestPing;
    latestPing = null;
    if (latest == null) {
      return;
    }
    Flow.of(ctx.channel()).answersWait(ctx.channel(), false);
    if (ctx.channel().isActive() && !closing) {
      pong(ctx, latest);
      ctx.flush();
    } else {
      ReferenceCountUtil.release(latest);
    }
  }

  // ---- The end

  /**
   * Handles a failure. A protocol violation is answered with its own close code. The following
   * handlers are notified of any failure, and close.
   */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException broken && !closing) {
      closeFrame = CloseFrames.of(broken);
      ctx.fireExceptionCaught(cause);
      close(ctx, ctx.newPromise());
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (!open || !ctx.channel().isActive()) {
      ctx.close(promise);
      return;
    }
    ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
    if (closing) {
      return;
    }
    closing = true;
    CloseWebSocketFrame last = closeFrame;
    closeFrame = null;
    ctx.writeAndFlush(
            last == null ? new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE, "") : last)
        .addListener((ChannelFutureListener) written -> hangUp(ctx, written));
    linger(ctx);
  }

  /**
   * Closes the output first: closing a socket that has unread input resets it, and the client may
   * never read the reason. Within TLS the output stays open for the last message of TLS, until the
   * client has answered or its time is up.
   */
  private static void hangUp(ChannelHandlerContext ctx, ChannelFuture written) {
    if (written.isSuccess() && ctx.pipeline().get(SslHandler.class) != null) {
      return;
    }
    if (written.isSuccess() && written.channel() instanceof DuplexChannel socket) {
      socket.shutdownOutput();
    } else {
      ctx.close();
    }
  }

  private void linger(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      lingers =
          ctx.executor().schedule(() -> ctx.close(), lingerTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    drop();
  }

  private void drop() {
    if (lingers != null) {
      lingers.cancel(false);
    }
    ReferenceCountUtil.release(latestPing);
    latestPing = null;
    ReferenceCountUtil.release(closeFrame);
    closeFrame = null;
  }
}
