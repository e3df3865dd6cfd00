package dev.tidings.net.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import java.util.function.Supplier;

/** Adds the TLS handlers to the pipeline of a connection, the same on every listener. */
public final class TlsHandlers {
  private TlsHandlers() {}

  /**
   * Adds the handlers at the end of a pipeline.
   *
   * @param contexts gives the context for a new connection
   */
  public static void install(
      ChannelPipeline pipeline, Supplier<SslContext> contexts, CloseNotify closing) {
    SslContext tls = contexts.get();
    pipeline
        .addLast(new AlpnGate(tls.applicationProtocolNegotiator().protocols()))
        .addLast(tls.newHandler(pipeline.channel().alloc()))
        .addLast(closing);
  }
}
