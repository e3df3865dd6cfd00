package dev.tidings.http.http1;

import dev.tidings.net.tls.handler.RecordsInTurn;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the client has ended its side of the connection, or of TLS: it may still read (RFC 9112,
 * section 9.6), so the requests that have come whole are answered. Nothing else is waited for: a
 * connection on which no answer is owed ends at once. Confined to the event loop.
 */
final class ClientEnd {
  private final Http1Codec codec;

  /** Of the connection, once the client has ended its side. */
  private @Nullable ChannelPipeline ended;

  ClientEnd(Http1Codec codec) {
    this.codec = codec;
  }

  /** Sets whether the connection outlives the end of what the client sends. */
  static void mayBeSeen(Channel channel, boolean allowed) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, allowed);
  }

  /** Takes an event of the channel, which may be the end. */
  void take(ChannelHandlerContext in, Object event) {
    if (event instanceof ChannelInputShutdownEvent
        || (event instanceof SslCloseCompletionEvent tls && tls.isSuccess())) {
      ended = in.pipeline();
    }
  }

  /** Returns whether there is no request behind the one that is being answered. */
  boolean isBehindLast() {
    ChannelPipeline pipeline = ended;
    return pipeline != null && !codec.hasMore() && !RecordsInTurn.hasNext(pipeline);
  }

  /**
   * Ends the connection, if no answer is owed, behind all that has come and was not read yet.
   *
   * @param current the request that is being answered, or is coming
   */
  void closeUnlessOwed(ChannelHandlerContext in, Supplier<@Nullable Http1Exchange> current) {
    if (ended != null) {
      in.executor().execute(() -> close(in, current));
    }
  }

  private void close(ChannelHandlerContext in, Supplier<@Nullable Http1Exchange> current) {
    Http1Exchange exchange = current.get();
    boolean isOwed = exchange != null && exchange.hasArrived() && !exchange.isEndless();
    boolean mayBeWhole = exchange == null || !exchange.hasArrived();
    // What is not read, because of what has come before it, may be whole.
    if (isOwed || (mayBeWhole && !in.channel().config().isAutoRead())) {
      return;
    }
    if (mayBeWhole && RecordsInTurn.goOn(in.pipeline())) {
      // The last record within TLS may be a request too.
      closeUnlessOwed(in, current);
    } else {
      in.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
