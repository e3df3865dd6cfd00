package dev.tidings.node.relay.peer;

import dev.tidings.schemas.question.QuestionFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives one question about a device, as {@link QuestionFrame} has it, and sends the answer; then
 * the connection ends. Its time is limited, whatever the other side does.
 */
final class QuestionHandler extends SimpleChannelInboundHandler<ByteBuf> {
  private static final Logger log = LoggerFactory.getLogger(QuestionHandler.class);
  private static final int LENGTH_BYTES = Integer.BYTES;

  /** How long question and answer may take together. */
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private final DeviceQuestions questions;
  private final PeerRefusals refusals;
  private @Nullable Future<?> timeout;
  private boolean asked;

  private QuestionHandler(DeviceQuestions questions, PeerRefusals refusals) {
    this.questions = questions;
    this.refusals = refusals;
  }

  /** Adds the handlers for a question to the pipeline. */
  static void install(ChannelPipeline pipeline, DeviceQuestions questions, PeerRefusals refusals) {
    pipeline
        .addLast(
            new LengthFieldBasedFrameDecoder(
                QuestionFrame.MOST_QUESTION_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES))
        .addLast(new QuestionHandler(questions, refusals));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timeout = ctx.executor().schedule(() -> ctx.close(), AT_MOST.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf message) {
    if (asked) {
      refuse(ctx, "more than one question");
      return;
    }
    asked = true;
    byte[] question = new byte[message.readableBytes()];
    message.readBytes(question);
    questions
        .answer(question)
        .whenComplete((answer, failure) -> {
          try {
            ctx.executor().execute(() -> answered(ctx, answer, failure));
          } catch (RejectedExecutionException e) {
            log.debug("stopping: a question is not answered", e);
          }
        });
  }

  private void answered(
      ChannelHandlerContext ctx, byte @Nullable [] answer, @Nullable Throwable failure) {
    if (answer == null) {
      refuse(ctx, String.valueOf(failure));
      return;
    }
    byte[] length = ByteBuffer.allocate(LENGTH_BYTES).putInt(answer.length).array();
    ctx.writeAndFlush(Unpooled.wrappedBuffer(length, answer))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    refusals.count(PeerRefusals.Reason.QUESTION);
    log.debug("{}: no question of this installation: {}", ctx.channel().remoteAddress(), why);
    ctx.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    refuse(ctx, cause.toString());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
