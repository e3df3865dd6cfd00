package dev.tidings.ingest.webhook;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Writes one request once it may, and reads the head of its answer: nothing of what follows.
 * Confined to the event loop of its connection.
 */
final class AnswerReader extends SimpleChannelInboundHandler<HttpObject> {
  private static final int MOST_DIGITS = 9;

  private final CompletableFuture<WebhookOutcome> answer;
  private final FullHttpRequest request;
  private boolean written;

  /**
   * @param request released if it is not written
   */
  AnswerReader(CompletableFuture<WebhookOutcome> answer, FullHttpRequest request) {
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
      end(context, new WebhookOutcome.Failed("the answer is not HTTP, or its head is too long"));
      return;
    }
    if (part instanceof HttpResponse response
        && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
      // Whatever follows, and however long: the status says whether it is taken.
      end(context, new WebhookOutcome.Answered(response.status().code(), retryAfter(response)));
    }
  }

  /** Only seconds: what endpoints send. A date would need their clock. */
  private static Optional<Duration> retryAfter(HttpResponse response) {
    String text = response.headers().get(HttpHeaderNames.RETRY_AFTER);
    return text != null && text.matches("[0-9]{1," + MOST_DIGITS + "}")
        ? Optional.of(Duration.ofSeconds(Integer.parseInt(text)))
        : Optional.empty();
  }

  private void end(ChannelHandlerContext context, WebhookOutcome with) {
    answer.complete(with);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    answer.complete(new WebhookOutcome.Failed("the connection was closed unanswered"));
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
