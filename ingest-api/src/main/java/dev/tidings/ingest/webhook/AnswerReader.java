package dev.tidings.ingest.webhook;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes one request once it may, and reads its answer: the status, and as much of the body as an
 * honest endpoint has, which is thrown away. Confined to the event loop of its connection.
 */
final class AnswerReader extends SimpleChannelInboundHandler<HttpObject> {
  /** After so much of a body nothing more is read. */
  private static final int MOST_BODY_BYTES = 64 * 1024;

  private static final int MOST_DIGITS = 9;

  private final CompletableFuture<Answer> answer;
  private final FullHttpRequest request;
  private boolean written;
  private Answer.@Nullable Answered head;
  private int read;

  /**
   * @param request released if it is not written
   */
  AnswerReader(CompletableFuture<Answer> answer, FullHttpRequest request) {
    this.answer = answer;
    this.request = request;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (context.pipeline().get(SslHandler.class) == null) {
      write(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      write(context);
    }
    super.userEventTriggered(context, event);
  }

  private void write(ChannelHandlerContext context) {
    written = true;
    context.writeAndFlush(request, context.voidPromise());
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      end(context, new Answer.Failed("the answer is not HTTP, or its head is too long"));
      return;
    }
    if (part instanceof HttpResponse response
        && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      head = new Answer.Answered(response.status().code(), retryAfter(response));
    }
    Answer.Answered answered = head;
    if (part instanceof HttpContent content && answered != null) {
      read += content.content().readableBytes();
      if (content instanceof LastHttpContent || read > MOST_BODY_BYTES) {
        end(context, answered);
      }
    }
  }

  /** Only seconds: what endpoints send. A date would need their clock. */
  private static Optional<Duration> retryAfter(HttpResponse response) {
    String text = response.headers().get(HttpHeaderNames.RETRY_AFTER);
    return text != null && text.matches("[0-9]{1," + MOST_DIGITS + "}")
        ? Optional.of(Duration.ofSeconds(Integer.parseInt(text)))
        : Optional.empty();
  }

  private void end(ChannelHandlerContext context, Answer with) {
    answer.complete(with);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    // What is known of it counts, if the status has come.
    Answer.Answered answered = head;
    answer.complete(
        answered == null ? new Answer.Failed("the connection was closed unanswered") : answered);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (!written) {
      ReferenceCountUtil.release(request);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    answer.completeExceptionally(failure);
    context.close();
  }
}
