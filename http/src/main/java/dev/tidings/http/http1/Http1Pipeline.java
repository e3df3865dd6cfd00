package dev.tidings.http.http1;

import dev.tidings.http.exchange.ServerLoop;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpServerUpgradeHandler;
import io.netty.handler.flow.FlowControlHandler;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The handlers of HTTP/1.1. */
public final class Http1Pipeline {
  private Http1Pipeline() {}

  /**
   * Inserts the handlers of HTTP/1.1 behind another.
   *
   * @param upgrade makes the handler that lets a client go over to HTTP/2 with its first request;
   *     null if none may
   */
  public static void install(
      ChannelHandlerContext behind,
      ServerLoop loop,
      @Nullable Function<HttpServerUpgradeHandler.SourceCodec, ChannelHandler> upgrade) {
    Http1Codec codec = new Http1Codec(loop::now);
    ChannelPipeline pipeline = behind.pipeline();
    String name = behind.name();
    ClientEnd.mayBeSeen(behind.channel(), true);
    pipeline.addAfter(name, null, new Http1Session(loop, codec));
    // Several requests may be in what is read at once.
    pipeline.addAfter(name, null, new FlowControlHandler());
    if (upgrade != null) {
      pipeline.addAfter(name, null, upgrade.apply(codec));
    }
    pipeline.addAfter(name, null, codec);
  }
}
