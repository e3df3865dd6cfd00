package dev.tidings.node.mqtt.connection;

import dev.tidings.node.mqtt.packet.AnswerBatch;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The packets that a connection writes: responses, many of them together, and notifications, in one
 * order. A part of {@link DeviceConnection}. Event loop only.
 */
abstract class ConnectionOutput extends ChannelDuplexHandler {
  private final AnswerBatch answers = new AnswerBatch();
  private @Nullable ChannelHandlerContext context;
  private MqttVersion version = MqttVersion.MQTT_3_1_1;

  /** Whether the connection is ending, and nothing more is to be written. */
  abstract boolean isClosing();

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Writes in that version of the protocol from now on. */
  void speak(MqttVersion said) {
    version = said;
  }

  MqttVersion version() {
    return version;
  }

  /** Writes notifications from the link to the channel, after earlier responses. */
  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (isClosing()) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
    } else {
      answers.writeTo(ctx);
      ctx.write(message, promise);
    }
  }

  /** Writes a response, which is sent with the others of the same read or at a {@link #flush}. */
  public void write(Object answer) {
    assert executor().inEventLoop();
    if (isClosing()) {
      ReferenceCountUtil.release(answer);
    } else {
      answers.add(context(), version, answer);
    }
  }

  public void flush() {
    if (answers.writeTo(context())) {
      context().flush();
    }
  }

  /** Writes and sends the last packet, after earlier responses. */
  ChannelFuture writeLast(Object last) {
    answers.writeTo(context());
    return context().writeAndFlush(last);
  }

  /** Drops the responses that are not written yet. */
  void dropAnswers() {
    answers.drop();
  }

  void close() {
    context().close();
  }

  Channel channel() {
    return context().channel();
  }

  public EventExecutor executor() {
    return context().executor();
  }

  public ByteBufAllocator allocator() {
    return context().alloc();
  }

  private ChannelHandlerContext context() {
    return present(context);
  }

  static <T> T present(@Nullable T field) {
    if (field == null) {
      throw new IllegalStateException("connection: not in a pipeline (expected: added to one)");
    }
    return field;
  }
}
