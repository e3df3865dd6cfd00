package dev.tidings.net.tls;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;

/** Adds the TLS handlers to the pipeline of a connection, the same on every listener. */
public final class TlsHandlers {
  private TlsHandlers() {}

  /** Adds the handlers at the end of a pipeline. */
  public static void install(ChannelPipeline pipeline, SslContext tls, CloseNotify closing) {
    pipeline
        .addLast(new AlpnGate(tls.applicationProtocolNegotiator().protocols()))
        .addLast(tls.newHandler(pipeline.channel().alloc()))
        .addLast(closing);
  }
}
